"""The GEM communication and control state models, row by row."""

import pytest

from fabctl.secs.gem_communication import Action, CommunicationModel, CommunicationState
from fabctl.secs.gem_control import (
    ControlAction,
    ControlConstants,
    ControlState,
    EquipmentControl,
    HostControl,
    SeenControl,
)

NO_LINK, WAIT_CRA = CommunicationState.NO_LINK, CommunicationState.WAIT_CRA
WAIT_DELAY, COMMUNICATING = CommunicationState.WAIT_DELAY, CommunicationState.COMMUNICATING
DISABLED = CommunicationState.DISABLED


class TestCommunication:
    """S1F13 until both agree."""

    @pytest.mark.parametrize(
        ("before", "trigger", "after", "actions"),
        [
            (DISABLED, "enable", NO_LINK, ()),
            (DISABLED, "link_up", DISABLED, ()),
            (NO_LINK, "link_up", WAIT_CRA, (Action.SEND_S1F13,)),
            (WAIT_CRA, "accepted", COMMUNICATING, ()),
            (WAIT_CRA, "refused", WAIT_DELAY, (Action.START_DELAY,)),
            (WAIT_CRA, "asked", COMMUNICATING, (Action.ANSWER_S1F13,)),
            (WAIT_CRA, "heard", WAIT_CRA, ()),
            (WAIT_DELAY, "delay_over", WAIT_CRA, (Action.SEND_S1F13,)),
            (WAIT_DELAY, "heard", WAIT_CRA, (Action.STOP_DELAY, Action.SEND_S1F13)),
            (WAIT_DELAY, "asked", COMMUNICATING, (Action.STOP_DELAY, Action.ANSWER_S1F13)),
            (COMMUNICATING, "asked", COMMUNICATING, (Action.ANSWER_S1F13,)),
            (COMMUNICATING, "accepted", COMMUNICATING, ()),
            (COMMUNICATING, "refused", COMMUNICATING, ()),
            (COMMUNICATING, "link_lost", NO_LINK, (Action.STOP_DELAY,)),
            (WAIT_DELAY, "link_lost", NO_LINK, (Action.STOP_DELAY,)),
            (COMMUNICATING, "disable", DISABLED, (Action.STOP_DELAY,)),
        ],
    )
    def test_row(self, before, trigger, after, actions):
        """From a state, by a trigger, to a state, with what has to be done."""
        model = CommunicationModel(before)
        assert model.step(trigger) == actions
        assert model.state is after
        assert model.communicating == (after is COMMUNICATING)

    def test_crossed_pair(self):
        """Both ends ask at once, both answer, both communicate."""
        ends = CommunicationModel(), CommunicationModel()
        for end in ends:
            assert end.step("link_up") == (Action.SEND_S1F13,)
        for end in ends:
            assert end.step("asked") == (Action.ANSWER_S1F13,)
        for end in ends:
            end.step("accepted")
            assert end.communicating


EQUIPMENT_OFFLINE, ATTEMPT, HOST_OFFLINE, LOCAL, REMOTE = ControlState


def control(state: ControlState, **constants: int) -> EquipmentControl:
    """A tool in that state."""
    model = EquipmentControl(ControlConstants(**constants))
    model.state = state
    return model


class TestEquipmentControl:
    """Who may command the tool."""

    @pytest.mark.parametrize(
        ("constants", "state", "actions"),
        [
            ({}, REMOTE, (ControlAction.EVENT_REMOTE,)),
            ({"online_substate": 4}, LOCAL, (ControlAction.EVENT_LOCAL,)),
            ({"init_control_state": 1}, EQUIPMENT_OFFLINE, ()),
            ({"init_control_state": 1, "offline_substate": 2}, ATTEMPT, (ControlAction.SEND_S1F1,)),
            ({"init_control_state": 1, "offline_substate": 3}, HOST_OFFLINE, ()),
        ],
    )
    def test_power_up(self, constants, state, actions):
        """Where it begins goes by the equipment constants."""
        model = EquipmentControl(ControlConstants(**constants))
        assert model.state is state
        assert model.power_up() == actions

    @pytest.mark.parametrize(
        ("before", "trigger", "constants", "after", "actions"),
        [
            (EQUIPMENT_OFFLINE, "operator_online", {}, ATTEMPT, (ControlAction.SEND_S1F1,)),
            (ATTEMPT, "attempt_failed", {}, EQUIPMENT_OFFLINE, ()),
            (ATTEMPT, "attempt_failed", {"online_failed": 3}, HOST_OFFLINE, ()),
            (ATTEMPT, "attempt_succeeded", {}, REMOTE, (ControlAction.EVENT_REMOTE,)),
            (
                ATTEMPT,
                "attempt_succeeded",
                {"online_substate": 4},
                LOCAL,
                (ControlAction.EVENT_LOCAL,),
            ),
            (REMOTE, "operator_offline", {}, EQUIPMENT_OFFLINE, (ControlAction.EVENT_OFFLINE,)),
            (HOST_OFFLINE, "operator_offline", {}, EQUIPMENT_OFFLINE, ()),
            (LOCAL, "remote", {}, REMOTE, (ControlAction.EVENT_REMOTE,)),
            (REMOTE, "local", {}, LOCAL, (ControlAction.EVENT_LOCAL,)),
            (REMOTE, "host_offline", {}, HOST_OFFLINE, (ControlAction.EVENT_OFFLINE,)),
            (HOST_OFFLINE, "host_online", {}, REMOTE, (ControlAction.EVENT_REMOTE,)),
            (EQUIPMENT_OFFLINE, "host_online", {}, EQUIPMENT_OFFLINE, ()),
            (REMOTE, "remote", {}, REMOTE, ()),
        ],
    )
    def test_row(self, before, trigger, constants, after, actions):
        """From a state, by a trigger, to a state, with what has to be done."""
        model = control(before, **constants)
        assert model.step(trigger) == actions
        assert model.state is after
        assert model.online == (after in (LOCAL, REMOTE))


class TestHostControl:
    """What the host can know of it."""

    def test_knows_nothing_at_first(self):
        """Unknown is a state of its own."""
        assert HostControl().state is SeenControl.UNKNOWN

    def test_an_answer_means_on_line(self):
        """But neither local nor remote."""
        seen = HostControl()
        assert seen.step("answered")
        assert seen.state is SeenControl.ONLINE

    def test_an_answer_says_nothing_new_once_known(self):
        """REMOTE stays REMOTE."""
        seen = HostControl()
        seen.step("went_remote")
        assert not seen.step("answered")
        assert seen.state is SeenControl.REMOTE

    def test_lost_link_forgets(self):
        """Whatever it was before."""
        seen = HostControl()
        seen.step("went_remote")
        assert seen.step("link_lost")
        assert seen.state is SeenControl.UNKNOWN

    @pytest.mark.parametrize(
        ("value", "state"),
        [
            (1, SeenControl.OFFLINE),
            (3, SeenControl.OFFLINE),
            (4, SeenControl.LOCAL),
            (5, SeenControl.REMOTE),
        ],
    )
    def test_value_of_the_variable(self, value, state):
        """ControlState as the tool reports it."""
        seen = HostControl()
        seen.saw_value(value)
        assert seen.state is state
