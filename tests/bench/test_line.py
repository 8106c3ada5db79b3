"""The line on which the host asks and an instrument answers."""

import pytest
from bench_rig import entry, go
from msgspec.structs import replace

from fabctl.clock import Clock
from fabctl.links.memory import MemoryWire
from fabctl.tools.desk import NobodyThere
from fabctl.tools.errors import ToolError
from tool_drivers.bench.line import Line, LineDownError
from tool_drivers.eurotherm import EurothermFurnace


def test_a_link_that_is_lost_while_it_is_still_being_dialled_is_none():
    async def main():
        wire, clock = MemoryWire(), Clock()
        wire.listen(lambda link: Line("T", wire.dial, clock, str, bytes))

        async def cut_dial(receiver):
            link = await wire.dial(receiver)
            wire.drop("the plug was pulled")
            await clock.sleep(0.01)
            return link

        line = Line("FUR02", cut_dial, clock, str, bytes)
        with pytest.raises(LineDownError, match="the plug was pulled"):
            await line.open()
        return line.is_open

    assert not go(main())


def asked(*said):
    """The error of a question to which a tool says this, none of which answers it."""

    async def main():
        wire, clock = MemoryWire(), Clock()

        class Says:
            def __init__(self, link):
                self.link = link

            def received(self, _data):
                for each in said:
                    if each is None:
                        wire.drop("the plug was pulled")
                    else:
                        self.link.write(each)

            def lost(self, _reason):
                pass

        wire.listen(Says)
        line = Line("FUR02", wire.dial, clock, str, bytes)
        await line.open()
        errors = []
        for _ in range(2):
            with pytest.raises(ToolError) as error:
                await line.ask(b"?", lambda _data: None, 0.5)
            errors.append(str(error.value))
        return errors

    return go(main())


def test_bytes_that_answer_nothing_are_told_from_silence():
    assert asked()[0] == "FUR02: no answer within 0.5 s"
    few = "FUR02: no answer within 0.5 s, but 5 bytes that are none (another baud rate?)"
    assert asked(b"\xff\xfe", b"\x00\x00\x00")[0] == few


def test_a_line_that_is_down_says_why():
    assert asked(None)[1] == "FUR02: there is no link to the tool: the plug was pulled"


def test_a_tool_on_a_serial_line_of_its_own_speaks_no_secs1():
    tool = replace(entry(), address="secs-i:/dev/ttyS0,9600")

    async def main():
        dial = MemoryWire().dial
        furnace = EurothermFurnace(tool, tool.dictionary, dial, Clock(), None, desk=NobodyThere())
        with pytest.raises(ToolError, match="FUR02: speaks no SECS-I: take secs-i: out of"):
            await furnace.connect()

    go(main())
