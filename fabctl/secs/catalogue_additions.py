"""Messages and data items that secsgem 0.3.0's dictionary lacks, or has otherwise than E5.

Layouts as in `fabctl.secs.structures`; "" is a header-only message. Sources: public
SECS message tables and message libraries, as far as they agree; see the documentation's page on
SECS-II.
"""

_ERRORS = "<L <L <ERRCODE> <ERRTEXT>>>"
_ATTRIBUTES = "<L <L <ATTRID> <ATTRDATA>>>"
_REPORT = "<L <DATAID> <CEID> <L <L <RPTID> <L <V>>>>>"
_PROGRAM = "<L <PPID> <MDLN> <SOFTREV> <L <L <CCODE> <L <PPARM>>>>>"
_JOB = (
    "<PRJOBID> <MF> <MTL> <L <PRRECIPEMETHOD> <RCPSPEC> <L <L <RCPPARNM> <RCPPARVAL>>>>"
    " <PRPROCESSSTART> <L <PRPAUSEEVENT>>"
)

MESSAGES: dict[tuple[int, int], str] = {
    (1, 2): "<L <MDLN> <SOFTREV>>",
    (1, 13): "<L <MDLN> <SOFTREV>>",
    (1, 14): "<L <COMMACK> <L <MDLN> <SOFTREV>>>",
    (2, 31): "<TIME>",
    (2, 32): "<TIACK>",
    (2, 39): "<L <DATAID> <DATALENGTH>>",
    (2, 40): "<GRANT>",
    (2, 51): "",
    (2, 52): "<L <RPTID>>",
    (2, 53): "<L <RPTID>>",
    (2, 54): "<L <L <RPTID> <L <VID>>>>",
    (2, 55): "<L <CEID>>",
    (2, 56): "<L <L <CEID> <L <RPTID>>>>",
    (2, 57): "",
    (2, 58): "<L <CEID>>",
    (3, 17): "<L <DATAID> <CARRIERACTION> <CARRIERID> <PTN> <L <L <CATTRID> <CATTRDATA>>>>",
    (3, 18): f"<L <CAACK> {_ERRORS}>",
    (3, 25): "<L <PORTACTION> <PTN> <L <L <PARAMNAME> <PARAMVAL>>>>",
    (3, 26): f"<L <CAACK> {_ERRORS}>",
    (3, 27): "<L <ACCESSMODE> <L <PTN>>>",
    (3, 28): "<L <CAACK> <L <L <PTN> <ERRCODE> <ERRTEXT>>>>",
    # One item that holds all IDs, by E5; secsgem has a list.
    (5, 5): "<ALID>",
    (6, 13): "<L <DATAID> <CEID> <L <L <RPTID> <L <L <VID> <V>>>>>>",
    (6, 14): "<ACKC6>",
    (6, 16): _REPORT,
    (7, 23): _PROGRAM,
    (7, 24): "<ACKC7>",
    (7, 25): "<PPID>",
    (7, 26): _PROGRAM,
    (7, 27): "<L <PPID> <L <L <ACKC7A> <SEQNUM> <ERRW7>>>>",
    (7, 28): "",
    (7, 29): "<LENGTH>",
    (7, 30): "<PPGNT>",
    (10, 5): "<L <TID> <L <TEXT>>>",
    (10, 6): "<ACKC10>",
    (10, 7): "<TID>",
    (14, 4): f"<L <L <L <OBJID> {_ATTRIBUTES}>> <L <OBJACK> {_ERRORS}>>",
    (14, 9): f"<L <OBJSPEC> <OBJTYPE> {_ATTRIBUTES}>",
    (14, 10): f"<L <OBJSPEC> {_ATTRIBUTES} <L <OBJACK> {_ERRORS}>>",
    (14, 11): f"<L <OBJSPEC> {_ATTRIBUTES}>",
    (14, 12): f"<L {_ATTRIBUTES} <L <OBJACK> {_ERRORS}>>",
    (16, 5): "<L <DATAID> <PRJOBID> <PRCMDNAME> <L <L <CPNAME> <CPVAL>>>>",
    (16, 6): f"<L <PRJOBID> <L <ACKA> {_ERRORS}>>",
    (16, 7): f"<L <TIMESTAMP> <PRJOBID> <PRJOBMILESTONE> <L <ACKA> {_ERRORS}>>",
    (16, 8): "",
    (16, 9): "<L <PREVENTID> <TIMESTAMP> <PRJOBID> <L <L <VID> <V>>>>",
    (16, 10): "",
    (16, 11): f"<L <DATAID> {_JOB}>",
    (16, 12): f"<L <PRJOBID> <L <ACKA> {_ERRORS}>>",
    (16, 15): f"<L <DATAID> <L <L {_JOB}>>>",
    (16, 16): f"<L <L <PRJOBID>> <L <ACKA> {_ERRORS}>>",
    (16, 17): "<L <PRJOBID>>",
    (16, 18): f"<L <L <PRJOBID>> <L <ACKA> {_ERRORS}>>",
    (16, 19): "",
    (16, 20): "<L <L <PRJOBID> <PRSTATE>>>",
    (16, 21): "",
    (16, 22): "<PRJOBSPACE>",
    (16, 27): "<L <CTLJOBID> <CTLJOBCMD> <L <CPNAME> <CPVAL>>>",
    (16, 28): "<L <ACKA> <L <ERRCODE> <ERRTEXT>>>",
}

_TEXT = "A J C2"
_ID = "A U1 U2 U4 U8 I1 I2 I4 I8"
_UNSIGNED = "U1 U2 U4 U8"

DATA_ITEMS: dict[str, tuple[str, dict[int, str]]] = {
    "MDLN": ("A", {}),
    "SOFTREV": ("A", {}),
    "ALID": (_ID, {}),
    "TIACK": ("B", {0: "ok", 1: "not done"}),
    "GRANT": ("B", {0: "ok", 1: "busy", 2: "no space", 3: "duplicate DATAID"}),
    "CCODE": ("A U2 U4 I2 I4", {}),
    "ACKC7A": (
        "B U1 I1",
        {0: "ok", 1: "MDLN", 2: "SOFTREV", 3: "bad CCODE", 4: "bad PPARM", 5: "other"},
    ),
    "SEQNUM": ("U2 U4 I2 I4", {}),
    "ERRW7": (_TEXT, {}),
    "CARRIERACTION": ("A", {}),
    "CARRIERID": ("A", {}),
    "PTN": ("U1 B", {}),
    "CAACK": (
        "U1 B",
        {
            0: "done", 1: "invalid command", 2: "cannot now", 3: "invalid data",
            4: "will finish later", 5: "invalid state", 6: "performed with errors",
        },
    ),
    "PORTACTION": ("A", {}),
    "ACCESSMODE": ("U1", {0: "manual", 1: "auto"}),
    "TIMESTAMP": (_TEXT, {}),
    "PRJOBID": ("A", {}),
    "PRCMDNAME": ("A", {}),
    "PRJOBMILESTONE": (
        "U1",
        {
            1: "setup", 2: "processing", 3: "processing complete", 4: "complete",
            5: "waiting for start",
        },
    ),
    "PREVENTID": ("U1", {1: "waiting for material", 2: "state change"}),
    "MF": ("B U1", {13: "carrier", 14: "substrate"}),
    "PRRECIPEMETHOD": ("U1", {1: "recipe only", 2: "with variable tuning"}),
    "PRPROCESSSTART": ("BOOLEAN", {}),
    "PRSTATE": ("U1", {}),
    "PRJOBSPACE": (_UNSIGNED, {}),
    "CTLJOBID": ("A", {}),
    "CTLJOBCMD": (
        "U1",
        {
            1: "start", 2: "pause", 3: "resume", 4: "cancel", 5: "deselect", 6: "stop",
            7: "abort", 8: "head of queue",
        },
    ),
    "ACKA": ("BOOLEAN", {}),
}  # fmt: skip
"""Name → formats (as SML has them), and what its numbers mean."""
