"""What a simulated tool answers to each message, and what it refuses."""

import pytest
from gem_rig import Host, program
from hypothesis import example, given
from hypothesis import strategies as st

from fabctl.secs.codec import encode
from fabctl.secs.gem_control import ControlState
from fabctl.secs.items import BOOLEAN, C2, F4, U1, U2, U4, A, B, L
from fabctl.secs.outcome import Reply, TimedOut
from simulators.gem.events import MOST_VARIABLES
from simulators.gem.outgoing import Primary
from simulators.gem.spool import CAPACITY
from simulators.gem.values import readable


def reports(host):
    assert host.ask(2, 33, L(U4(1), L(L(U4(9), L(U4(1601), U4(1028)))))) == B(0)
    assert host.ask(2, 35, L(U4(1), L(L(U4(8), L(U4(9)))))) == B(0)
    assert host.ask(2, 37, L(BOOLEAN(1), L(U4(8)))) == B(0)


class TestCommunication:
    def test_tool_asks_first(self):
        host = Host(agree=False)
        assert [(p.stream, p.function) for p in host.told] == [(1, 13)]

    def test_host_agreement_is_enough(self):
        host = Host(agree=False)
        assert host.ask(1, 13, L()) == L(B(0), L(A("FAB-TST"), A("1.0.0")))

    def test_nothing_is_answered_before(self):
        host = Host(agree=False)
        host.ask(1, 1)
        assert host.answered is None

    def test_asks_again_after_the_delay(self):
        host = Host(agree=False)
        host.keep(host.tool.concluded(host.told[0], TimedOut("T3"), 0.0))
        (delay,) = host.link
        assert delay.seconds == 10
        host.keep(delay.over(0.0))
        assert len(host.told) == 2

    def test_agreed_by_the_hosts_reply(self):
        host = Host(agree=False)
        from fabctl.secs.message import Message

        reply = Message(1, 14, wait=False, item=L(B(0), L()), system=1)
        host.keep(host.tool.concluded(host.told[0], Reply(reply), 0.0))
        assert host.ask(1, 1) == L(A("FAB-TST"), A("1.0.0"))


class TestErrors:
    @pytest.mark.parametrize(("stream", "function", "s9"), [(63, 1, 3), (1, 99, 5)])
    def test_unknown_message(self, stream, function, s9):
        host = Host()
        host.ask(stream, function)
        error = host.told[-1]
        assert (error.stream, error.function, error.wait) == (9, s9, False)
        assert error.item.value[2:4] == bytes([stream | 0x80, function])

    @pytest.mark.parametrize("item", [None, A("x"), L(A("x")), L(L(), L(), L())])
    @pytest.mark.parametrize("function", [23, 33, 35, 37, 41])
    def test_wrong_structure_is_illegal_data(self, function, item):
        host = Host()
        host.ask(2, function, item)
        assert (host.told[-1].stream, host.told[-1].function) == (9, 7)
        assert host.answered is None


ITEMS = st.recursive(
    st.one_of(
        st.text(alphabet=st.characters(max_codepoint=255, min_codepoint=32), max_size=8).map(A),
        st.text(max_size=4).map(C2),
        st.lists(st.integers(0, 2**32 - 1), max_size=3).map(lambda n: U4(*n)),
        st.lists(st.floats(width=32), max_size=2).map(lambda n: F4(*n)),
        st.binary(max_size=4).map(B),
    ),
    lambda children: st.lists(children, max_size=4).map(lambda items: L(*items)),
    max_leaves=12,
)


@given(
    key=st.sampled_from(
        [(1, 1), (1, 3), (1, 11), (1, 13), (1, 15), (1, 17), (1, 21), (1, 23), (2, 13), (2, 15),
         (2, 17), (2, 23), (2, 25), (2, 29), (2, 31), (2, 33), (2, 35), (2, 37), (2, 41), (2, 43),
         (5, 3), (5, 5), (5, 7), (6, 15), (6, 19), (6, 23), (7, 1), (7, 3), (7, 5), (7, 17),
         (7, 19), (7, 23), (7, 25), (10, 3), (10, 5)]
    ),
    body=st.one_of(st.none(), ITEMS),
)  # fmt: skip
@example(key=(1, 3), body=F4(float("inf")))  # once an OverflowError
def test_no_body_breaks_the_tool(key, body):
    host = Host()
    before = len(host.told)
    host.ask(*key, body)
    assert host.answered is not None or host.told[before:][0].stream == 9
    for told in (host.answered, *host.told[before:]):
        if told is not None and told.item is not None:
            encode(told.item)


class TestSevenBits:
    def test_what_can_not_be_told_again_is_refused(self):
        host = Host()
        assert host.command("LOAD", SUBSTID=A("W\xb5")) == 3
        assert host.ask(1, 3, L(U4(1026))) == L(L())

    def test_units_and_texts_are_spelt_out(self):
        assert readable("15000.1 is not within 1 to 15000 Å") == A(
            "15000.1 is not within 1 to 15000 Angstrom"
        )
        assert readable("5 µm, 20 °C, 錫") == A("5 um, 20 degC, ?")


class TestControl:
    def test_off_line_answers_nothing_but_f0(self):
        host = Host()
        assert host.ask(1, 15) == B(0)
        host.ask(1, 3, L())
        assert host.answered.function == 0

    def test_off_line_is_left_by_s1f17(self):
        host = Host()
        host.ask(1, 15)
        assert host.ask(1, 17) == B(0)
        assert host.tool.control.now is ControlState.REMOTE
        assert host.ask(1, 17) == B(2)

    def test_equipment_off_line_is_not_left_by_the_host(self):
        host = Host()
        host.listen()
        host.tool.panel.press("offline")
        host.wait(0)
        assert host.events()[-1] == "EquipmentOFFLINE"
        assert host.ask(1, 17) == B(1)

    def test_no_event_is_sent_while_off_line(self):
        host = Host()
        host.listen()
        host.ask(1, 15)
        count = len(host.told)
        host.tool.events.occur("StepStarted")
        host.wait(1)
        assert len(host.told) == count

    def test_operator_online_asks_with_s1f1(self):
        host = Host()
        host.tool.panel.press("offline")
        host.tool.panel.press("online")
        host.wait(0)
        attempt = host.told[-1]
        assert (attempt.stream, attempt.function) == (1, 1)
        host.keep(host.tool.concluded(attempt, TimedOut("T3"), 0))
        assert host.tool.control.now is ControlState.HOST_OFFLINE

    def test_local_by_the_operator_is_not_undone_by_the_host(self):
        host = Host()
        host.tool.panel.press("local")
        assert host.command("REMOTE") == 2

    def test_local_by_the_host_is(self):
        host = Host()
        assert host.command("LOCAL") == 4
        assert host.command("REMOTE") == 4
        assert host.tool.control.now is ControlState.REMOTE

    @pytest.mark.parametrize(
        ("stream", "function", "body", "refusal"),
        [
            (2, 15, L(L(U4(3601), F4(5))), B(2)),
            (7, 23, program(), B(1)),
            (7, 17, L(), B(0)),
        ],
    )
    def test_local_refuses_changes(self, stream, function, body, refusal):
        host = Host()
        host.tool.panel.press("local")
        assert host.ask(stream, function, body) == refusal

    def test_local_allows_reading(self):
        host = Host()
        host.tool.panel.press("local")
        assert host.sv("ControlState") == U1(4)

    def test_operator_acts_are_told(self):
        host = Host()
        host.listen()
        host.tool.panel.press("local")
        host.wait(0)
        assert host.events() == ["OperatorCommandIssued", "ControlStateLOCAL"]


class TestVariables:
    def test_unknown_id_is_an_empty_list_at_its_place(self):
        host = Host()
        assert host.ask(1, 3, L(U4(77), U4(1601))) == L(L(), F4(400.0))

    def test_id_of_any_width_is_understood(self):
        assert Host().ask(1, 3, L(U2(1601))) == L(F4(400.0))

    def test_empty_list_asks_for_all(self):
        host = Host()
        assert len(host.ask(1, 3, L())) == len(host.ask(1, 11, L())) == 18

    def test_names_of_data_variables(self):
        row = Host().ask(1, 21, L(U4(2006)))
        assert row == L(L(U4(2006), A("SubstID"), A("")))

    def test_constant_out_of_range_is_refused_with_all_others(self):
        host = Host()
        assert host.ask(2, 15, L(L(U4(3601), F4(5)), L(U4(2), U1(3)))) == B(3)
        assert host.ask(2, 13, L(U4(3601))) == L(F4(10.0))

    def test_constant_reaches_the_machine(self):
        host = Host()
        assert host.ask(2, 15, L(L(U4(3601), F4(5)))) == B(0)
        assert host.machine.inputs[-1].name == "RampMax"

    def test_unknown_constant(self):
        assert Host().ask(2, 15, L(L(U4(77), F4(5)))) == B(1)

    def test_constant_turned_at_the_panel_is_told(self):
        host = Host()
        host.listen()
        host.tool.panel.turn("RampMax", 5.0)
        host.wait(0)
        assert host.events() == ["OperatorECChange"]
        assert host.ask(2, 13, L(U4(3601))) == L(F4(5.0))

    def test_constants_have_their_ranges(self):
        row = Host().ask(2, 29, L(U4(3601)))
        expected = L(U4(3601), A("RampMax"), F4(1.0), F4(20.0), F4(10.0), A("degC/min"))
        assert row == L(expected)


class TestReports:
    def test_event_carries_its_report(self):
        host = Host()
        reports(host)
        host.ready()
        host.command("START", LOTID=A("J1"))
        event = host.told[-1].item
        assert event.value[1:] == (U4(8), L(L(U4(9), L(F4(400.0), A("J1")))))

    def test_report_defined_twice(self):
        host = Host()
        reports(host)
        assert host.ask(2, 33, L(U4(1), L(L(U4(9), L(U4(1001)))))) == B(3)

    def test_report_deleted_and_defined_in_one_message(self):
        host = Host()
        reports(host)
        body = L(U4(1), L(L(U4(9), L()), L(U4(9), L(U4(1001)))))
        assert host.ask(2, 33, body) == B(0)

    def test_unknown_variable_defines_nothing(self):
        host = Host()
        body = L(U4(1), L(L(U4(9), L(U4(1001))), L(U4(10), L(U4(77)))))
        assert host.ask(2, 33, body) == B(4)
        assert host.ask(2, 35, L(U4(1), L(L(U4(8), L(U4(9)))))) == B(5)

    def test_linking_twice(self):
        host = Host()
        reports(host)
        assert host.ask(2, 35, L(U4(1), L(L(U4(8), L(U4(9)))))) == B(3)

    def test_a_report_twice_in_one_link(self):
        host = Host()
        reports(host)
        assert host.ask(2, 35, L(U4(1), L(L(U4(9), L(U4(9), U4(9)))))) == B(2)

    def test_reports_in_all_have_room_for_so_many_variables(self):
        host = Host()
        vids = L(*[U4(1001)] * MOST_VARIABLES)
        assert host.ask(2, 33, L(U4(1), L(L(U4(1), vids)))) == B(0)
        assert host.ask(2, 33, L(U4(1), L(L(U4(2), L(U4(1001)))))) == B(1)
        assert host.ask(6, 19, U4(2)) == L()

    def test_unknown_event(self):
        host = Host()
        assert host.ask(2, 35, L(U4(1), L(L(U4(77), L())))) == B(4)
        assert host.ask(2, 37, L(BOOLEAN(1), L(U4(77)))) == B(1)

    def test_report_is_polled(self):
        host = Host()
        reports(host)
        assert host.ask(6, 19, U4(9)) == L(F4(400.0), A(""))
        assert host.ask(6, 15, U4(8)).value[2] == L(L(U4(9), L(F4(400.0), A(""))))

    def test_set_up_outlives_the_link(self):
        host = Host()
        reports(host)
        host.keep(host.tool.lost(0.0))
        host.keep(host.tool.selected(0.0))
        host.ask(1, 13, L())
        assert host.ask(6, 19, U4(9)) == L(F4(400.0), A(""))
        assert host.sv("EventsEnabled") == L(U4(8))


class TestAlarms:
    def test_alarm_is_told_with_its_category_and_set_bit(self):
        host = Host()
        host.ask(5, 3, L(B(0x80), U4(1602)))
        host.tool.production.alarm(host.tool.alarms.named("PadLife"))
        host.wait(0)
        assert host.told[-1].item == L(B(0x86), U4(1602), A("pad worn"))

    def test_alarm_not_enabled_is_not_told(self):
        host = Host()
        count = len(host.told)
        host.tool.production.alarm(host.tool.alarms.named("PadLife"))
        host.wait(0)
        assert len(host.told) == count

    @pytest.mark.parametrize("everything", [U4(), L()])
    def test_all_alarms_are_listed(self, everything):
        host = Host()
        host.tool.production.alarm(host.tool.alarms.named("PadLife"))
        codes = [row.value[0] for row in host.ask(5, 5, everything).value]
        assert codes == [B(2), B(0x86)]

    def test_unknown_alarm(self):
        assert Host().ask(5, 3, L(B(0x80), U4(77))) == B(1)


class TestTraces:
    def trace(self, host, period="000010", total=3, group=1, svid=1601):
        return host.ask(2, 23, L(U4(7), A(period), U4(total), U4(group), L(U4(svid))))

    def test_samples_come_at_their_period_in_process_time(self):
        host = Host()
        assert self.trace(host) == B(0)
        host.wait(25)
        samples = [each.item for each in host.told if (each.stream, each.function) == (6, 1)]
        assert [sample.value[1] for sample in samples] == [U4(1), U4(2)]
        assert [sample.value[2].value for sample in samples] == [
            "2000010100001000",
            "2000010100002000",
        ]

    @pytest.mark.parametrize(("quirk", "waits"), [("yes", True), ("no", False)])
    def test_whether_a_sample_wants_a_reply_is_the_tools_own(self, quirk, waits):
        host = Host(trace_reply=quirk)
        self.trace(host)
        host.wait(10)
        assert [each.wait for each in host.told if each.stream == 6] == [waits]

    def test_trace_ends_after_its_samples(self):
        host = Host()
        self.trace(host)
        host.wait(100)
        assert sum(each.stream == 6 for each in host.told) == 3
        assert host.tool.wake_at is None

    def test_groups_are_sent_together(self):
        host = Host()
        self.trace(host, total=4, group=2)
        host.wait(100)
        samples = [each.item for each in host.told if each.stream == 6]
        assert [len(sample.value[3]) for sample in samples] == [2, 2]

    def test_total_of_zero_ends_it(self):
        host = Host()
        self.trace(host)
        assert self.trace(host, total=0) == B(0)
        host.wait(100)
        assert not any(each.stream == 6 for each in host.told)

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [({"period": "00001"}, 3), ({"period": "006100"}, 3), ({"svid": 77}, 4), ({"group": 9}, 5)],
    )
    def test_wrong_set_up_is_refused(self, wrong, code):
        assert self.trace(Host(), **wrong) == B(code)


class TestPrograms:
    def verification(self, host):
        sent = [each.item for each in host.told if (each.stream, each.function) == (7, 27)]
        return [row.value[0].value[0] for row in sent[-1].value[1].value]

    def test_program_is_stored_and_comes_back_the_same(self):
        host = Host()
        assert host.ask(7, 23, program()) == B(0)
        assert self.verification(host) == [0]
        assert host.ask(7, 25, A("R1")) == program()
        assert host.ask(7, 19) == L(A("R1"))

    @pytest.mark.parametrize("temp", [24.9, 450.6, float("inf"), float("nan")])
    def test_program_out_of_range_is_not_stored(self, temp):
        host = Host()
        assert host.ask(7, 23, program(temp=temp)) == B(0)
        assert self.verification(host) == [4]
        assert host.ask(7, 25, A("R1")) == L()

    @pytest.mark.parametrize("temp", [25.0, 450.5])
    def test_ends_of_the_range_belong_to_it(self, temp):
        host = Host()
        host.ask(7, 23, program(temp=temp))
        assert self.verification(host) == [0]

    def test_unknown_block_and_wrong_tool_are_named(self):
        host = Host()
        body = L(A("R1"), A("OTHER"), A("9"), L(L(U2(999), L())))
        host.ask(7, 23, body)
        assert self.verification(host) == [1, 2, 3]

    def test_bad_version_leaves_the_good_one(self):
        host = Host()
        host.ask(7, 23, program())
        host.ask(7, 23, program(temp=999))
        assert host.ask(7, 25, A("R1")) == program()

    def test_running_program_is_not_changed(self):
        host = Host()
        host.ready()
        host.command("START", LOTID=A("J1"))
        assert host.ask(7, 23, program(temp=300)) == B(1)
        assert host.ask(7, 17, L(A("R1"))) == B(1)

    def test_deletion_is_all_or_nothing(self):
        host = Host()
        host.ask(7, 23, program())
        assert host.ask(7, 17, L(A("R1"), A("R2"))) == B(4)
        assert host.ask(7, 17, L(A("R1"))) == B(0)
        assert host.ask(7, 19) == L()

    def test_formatted_tool_takes_no_bodies(self):
        assert Host().ask(7, 3, L(A("R1"), B(b"x"))) == B(5)

    def test_body_is_stored_and_comes_back_the_same(self):
        host = Host(formatted=False)
        assert host.ask(7, 1, L(A("R1"), U4(4))) == B(0)
        assert host.ask(7, 3, L(A("R1"), B(b"dose"))) == B(0)
        assert host.ask(7, 5, A("R1")) == L(A("R1"), B(b"dose"))

    def test_body_that_was_announced_and_does_not_come_is_missed_once(self):
        host = Host(formatted=False)
        host.ask(7, 1, L(A("R1"), U4(4)))
        (overdue,) = host.link
        for _ in range(2):
            host.keep(overdue.over(45.0))
        missed = [each.item for each in host.told if (each.stream, each.function) == (9, 13)]
        assert missed == [L(A("S07F03"), A("R1"))]

    @pytest.mark.parametrize("end", ["sent", "link lost"])
    def test_body_that_came_or_can_not_come_any_more_is_not_missed(self, end):
        host = Host(formatted=False)
        host.ask(7, 1, L(A("R1"), U4(4)))
        if end == "sent":
            host.ask(7, 3, L(A("R1"), B(b"dose")))
        else:
            host.keep(host.tool.lost(1.0))
        host.keep(host.link[0].over(45.0))
        assert "S9F13" not in host.order

    def test_body_that_the_machine_can_not_run_is_refused(self):
        assert Host(formatted=False).ask(7, 3, L(A("R1"), B(b"nonsense"))) == B(5)

    def test_unknown_body(self):
        assert Host(formatted=False).ask(7, 5, A("R1")) == L()

    def test_tool_stamps_the_save_time_if_it_is_one_that_does(self):
        host = Host(formatted=False, body_ignores="SAVED")
        host.ask(7, 3, L(A("R1"), B(b"dose\n")))
        body = host.ask(7, 5, A("R1")).value[1].value
        assert body == b"SAVED 2000010100000000\ndose\n"

    def test_edit_at_the_panel_is_told(self):
        host = Host()
        host.listen()
        host.ask(7, 23, program())
        assert "ProcessProgramChange" not in host.events()
        host.tool.panel.tamper()
        host.wait(0)
        assert "ProcessProgramChange" in host.events()
        assert host.ask(7, 25, A("R1")) != program()


class TestClock:
    def test_clock_is_set_and_goes_on_in_process_time(self):
        host = Host()
        assert host.ask(2, 31, A("2026030412000000")) == B(0)
        host.wait(3600)
        assert host.ask(2, 17) == A("2026030413000000")

    def test_nonsense_is_not_done(self):
        assert Host().ask(2, 31, A("2026133412000000")) == B(1)

    @pytest.mark.parametrize(
        "text",
        ["9999123123595999", "0001-01-01T00:00:00+14:00", "1969123123595999", "2100010100000000"],
    )
    def test_a_time_beyond_what_the_clock_has_is_refused(self, text):
        host = Host()
        assert host.ask(2, 31, A(text)) == B(1)
        host.wait(10)
        assert host.ask(2, 17) == A("2000010100001000")

    def test_short_format(self):
        host = Host()
        host.ask(2, 15, L(L(U4(2), U1(0))))
        assert host.ask(2, 17) == A("000101000000")


class TestTerminal:
    def test_text_is_shown(self):
        host = Host()
        assert host.ask(10, 3, L(B(0), A("hello"))) == B(0)
        assert host.tool.terminal.shown == ["hello"]

    def test_what_the_operator_has_read_is_told_once(self):
        host = Host()
        host.listen()
        host.ask(10, 3, L(B(0), A("hello")))
        for _ in range(2):
            host.tool.panel.press("recognise")
            host.wait(0)
        assert host.events().count("MessageRecognition") == 1
        assert host.tool.terminal.shown == []

    def test_other_terminals_do_not_exist(self):
        assert Host().ask(10, 5, L(B(3), L(A("hello")))) == B(2)


class TestSpool:
    def lose(self, host):
        assert host.ask(2, 43, L(L(U1(6), L(U1(11))))) == L(B(0), L())
        host.keep(host.tool.lost(host.now))

    def back(self, host):
        host.keep(host.tool.selected(host.now))
        host.ask(1, 13, L())

    def test_events_of_the_time_away_come_when_asked_for(self):
        host = Host()
        host.listen()
        host.ready()
        host.command("START", LOTID=A("J1"))
        self.lose(host)
        host.wait(100)
        self.back(host)
        host.told.clear()
        assert host.ask(6, 23, U1(0)) == B(0)
        while host.tool.spool.active:
            host.keep(host.tool.concluded(host.told[-1], Reply(None), host.now))
        assert "ProcessingCompleted" in host.events()

    def test_nothing_is_kept_unless_asked_for(self):
        host = Host()
        host.listen()
        host.keep(host.tool.lost(0.0))
        assert not host.tool.spool.active

    def test_purge(self):
        host = Host()
        host.listen()
        self.lose(host)
        self.back(host)
        assert host.ask(6, 23, U1(1)) == B(0)
        assert host.ask(6, 23, U1(0)) == B(2)

    def test_purge_while_a_message_is_on_its_way(self):
        host = Host()
        host.listen()
        host.ready()
        host.command("START", LOTID=A("J1"))
        self.lose(host)
        host.wait(100)
        self.back(host)
        host.ask(6, 23, U1(0))
        under_way = host.told[-1]
        assert host.ask(6, 23, U1(1)) == B(0)
        host.keep(host.tool.concluded(under_way, Reply(None), host.now))
        assert host.sv("SpoolCountActual") == U4(0)
        assert host.events()[-1] == "SpoolingDeactivated"

    def test_only_1_purges(self):
        host = Host()
        host.listen()
        self.lose(host)
        host.tool.panel.press("local")
        host.wait(0)
        self.back(host)
        before = host.tool.spool.count
        host.ask(6, 23, U1(7))
        assert (host.told[-1].stream, host.told[-1].function) == (9, 7)
        assert host.tool.spool.count == before > 0

    def test_a_full_spool_loses_its_oldest_and_none_that_was_not_sent(self):
        host = Host()
        self.lose(host)
        self.back(host)
        spool = host.tool.spool
        kept = [Primary(6, 11, U4(number), wait=True) for number in range(CAPACITY + 2)]
        for primary in kept[:CAPACITY]:
            spool.put(primary)
        host.ask(6, 23, U1(0))
        spool.put(kept[CAPACITY])  # while the oldest is on its way
        host.keep(host.tool.concluded(kept[0], Reply(None), host.now))
        assert host.told[-1] is kept[1]
        assert spool.count == CAPACITY

    def test_stream_1_is_never_spooled(self):
        assert Host().ask(2, 43, L(L(U1(1), L()))).value[0] == B(1)


def test_compliance_statement_says_what_is_answered():
    host = Host()
    known = {f"S{s}F{f}" for s, f in host.tool._dispatch._handlers}
    own = {"S6F1", "S6F11", "S7F27", "S5F1", "S10F1"}
    for row in host.tool.compliance():
        messages = {word for word in row.messages.split() if word[0] == "S" and word[1].isdigit()}
        stated = {word for word in messages if not word.startswith("S9")}
        assert stated <= known | own, row.name
