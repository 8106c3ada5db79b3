"""Mutations of the low-k sequences, and the elements that each must cost, worked out by hand."""

from mutants import Case, Mutation

ONE, TWO = "lowk-one-level", "lowk-two-level"
WET = tuple(f"{step}-1-{turn}" for turn in range(1, 6) for step in ("oxidise", "etch-back"))
WET_2 = tuple(f"{step}-2-{turn}" for turn in range(1, 6) for step in ("oxidise", "etch-back"))
DRY = {
    "id": "dry-back-1",
    "kind": "etcher",
    "operation": "etch_back",
    "recipe": {"chamber": "ccp", "material": "SiOC", "depth": "100 nm", "over_etch": "0 %"},
}

THROUGH = {"depth": "600 nm", "over_etch": "20 %"}
RECESS = {
    "id": "recess-copper-2",
    "kind": "etcher",
    "operation": "etch_back",
    "recipe": {"bath": "can-dilute", "material": "Cu", "depth": "5 nm"},
}
MSQ, SIOC = {"material": "MSQ"}, {"material": "SiOC"}
PLASMA = {
    "id": "oxygen",
    "kind": "etcher",
    "operation": "treat",
    "recipe": {
        "chamber": "ash",
        "material": "MSQ",
        "gas": "O2",
        "time": "10 min",
        "temperature": "25 degC",
    },
}
SPUN_FIRST = (
    {
        "id": "dielectric-0",
        "kind": "spin_coater",
        "operation": "spin_on",
        "recipe": {
            "material": "MSQ",
            "cast_speed": "1406 rpm",
            "cast_time": "30 s",
            "plate_1": "150 degC",
            "plate_2": "200 degC",
            "plate_3": "350 degC",
            "plate_time": "60 s",
        },
    },
    {
        "id": "cure-0",
        "kind": "furnace",
        "operation": "cure",
        "recipe": {
            "temperature": "420 degC",
            "ramp": "5 degC/min",
            "hold": "45 min",
            "ambient": "N2",
        },
    },
)
LANDING = {
    "id": "polish-landing-1",
    "kind": "cmp",
    "operation": "polish",
    "recipe": {
        "platen": "soft-landing",
        "material": "Cu",
        "endpoint": "clear",
        "over_polish": "15 s",
        "pressure": "1.3 psi",
    },
}

CASES = (
    Case(
        "no second barrier",
        Mutation(ONE, drop=("barrier-2",)),
        "1.e 4.a 4.b 7.a 9.e",
        "The plugs' tops lie bare: not enclosed, nothing to lay, polish or be level with, and "
        "the spun dielectric touches copper.",
    ),
    Case(
        "no copper",
        Mutation(ONE, drop=("copper-1",)),
        "1.d 1.e 2.a 2.b 3.a 4.a 9.d 9.e",
        "No plug to enclose or to etch back, so nothing after which barrier 1 could be; barrier 2 "
        "does not lie on plugs. The vias, both dielectrics and the trench are as they were.",
    ),
    Case(
        "k2 = k1",
        Mutation(
            ONE,
            drop=("dielectric-1",),
            change=dict.fromkeys((*WET, "measure-k-1", "etch-via-1", "etch-line-1"), MSQ),
            add=(("", SPUN_FIRST[1]), ("", SPUN_FIRST[0])),
        ),
        "1.g 5.a 9.b 10.a 11.a",
        "The first dielectric is of what the second is: k is 2.3 in both. So it is no SiOC, no "
        "CVD deposited it, and its k is below 2.5.",
    ),
    Case(
        "dielectric etched at half the rate",
        Mutation(ONE, faults=(("ETC01", "rate", {"factor": 0.5, "material": "SiOC"}),)),
        "1.b",
        "360 and then 150 nm of 600 are etched: stepped, but not down to the substrate.",
    ),
    Case(
        "acid filled with what only cleans",
        Mutation(ONE, faults=(("WET01", "wrong-bath", {"bath": "hf", "filled": "glycolic"}),)),
        "1.f 1.g 6.a 7.a 9.a 9.b 9.c 9.e 10.a 12.a",
        "No trench, so what is spun on lies above the barriers and the etch-back takes it whole: "
        "its k is read on the monitor, but nothing of it is left. The vias are in one dielectric, "
        "whose k nobody has measured since oxygen damaged its skin, which is still there.",
    ),
    Case(
        "k1 not measured",
        Mutation(ONE, drop=("measure-k-1",)),
        "1.a 1.g 9.a 9.b 10.a",
        "What rests on k1 is not shown; k2 alone decides claim 12.",
    ),
    Case(
        "k2 not measured",
        Mutation(ONE, drop=("measure-k-2",)),
        "1.g 9.b 12.a",
        "What rests on k2 is not shown.",
    ),
    Case(
        "k2 measured before its cure only",
        Mutation(ONE, move=(("measure-k-2", "dielectric-2"),)),
        "1.g 9.b 12.a",
        "2.7, with its porogen, is not what the finished wafer has: nothing shows its k.",
    ),
    Case(
        "second dielectric damaged after k2 was measured",
        Mutation(ONE, add=(("measure-k-2", PLASMA),)),
        "1.g 9.b 12.a",
        "Three quarters of it are oxide then, whose k nobody has measured.",
    ),
    Case(
        "first dielectric damaged after k1 was measured, and the damage taken away",
        Mutation(ONE, add=(("measure-k-1", {**PLASMA, "recipe": PLASMA["recipe"] | SIOC}),)),
        "",
        "The acid that makes the trench takes all of it, as after the sequence's own plasma.",
    ),
    Case(
        "first etch left out",
        Mutation(ONE, drop=("etch-via-1",)),
        "1.b 9.c",
        "Only the wide part is etched: neither stepped nor down to the substrate.",
    ),
    Case(
        "second etch left out",
        Mutation(ONE, drop=("etch-line-1",)),
        "1.b 9.c",
        "Plain holes, filled and enclosed as before.",
    ),
    Case(
        "masks swapped",
        Mutation(
            ONE,
            change={"expose-2": {"align_to": "LOWK-LINE-1"}},
            swap=("expose-1", "expose-2"),
        ),
        "1.b 9.c",
        "The wide etch goes right through, and the narrow one into nothing: plain holes.",
    ),
    Case(
        "second barrier never polished",
        Mutation(ONE, drop=("polish-barrier-2",)),
        "1.f 1.g 4.b 6.a 7.a 9.b 9.c 9.e",
        "It lies over the whole dielectric: the acid makes no trench, so nothing is spun into one, "
        "and in the end there is one dielectric for vias and plugs to be in.",
    ),
    Case(
        "second dielectric never levelled",
        Mutation(ONE, drop=("etch-back-2",)),
        "7.a",
        "It lies over the barriers; all else is as it was.",
    ),
    Case(
        "first barrier not etched back",
        Mutation(ONE, drop=("etch-barrier-1",)),
        "3.a 4.a",
        "It stays between dielectric 1 and barrier 2; the polish takes both off the field.",
    ),
    Case(
        "no second dielectric",
        Mutation(ONE, drop=("dielectric-2", "measure-k-2")),
        "1.g 7.a 9.b 9.c 9.e 12.a",
        "The trench stays empty: claim 9 has its vias and its barrier in two dielectrics.",
    ),
    Case(
        "no trench",
        Mutation(ONE, drop=WET),
        "1.f 1.g 6.a 7.a 9.b 9.c 9.e 12.a",
        "What is spun on flat dielectric is etched back to the barriers' tops: nothing is left, "
        "so there is no second dielectric for the vias to be in, whatever its k on the monitor.",
    ),
    Case(
        "acid without oxidation",
        Mutation(ONE, drop=WET[::2]),
        "1.f 1.g 6.a 7.a 9.b 9.c 9.e 12.a",
        "Five dips take less than a nanometre of SiOC that nothing has oxidised: no trench.",
    ),
    Case(
        "copper too thin for its vias",
        Mutation(ONE, change={"copper-1": {"thickness": "150 nm"}}),
        "1.d 2.a 9.d",
        "It lines the vias, whose lines are 800 nm wide, and leaves them hollow.",
    ),
    Case(
        "dry etch-back",
        Mutation(ONE, drop=WET, add=(("clean-4", DRY),)),
        "6.a",
        "The same trench by plasma.",
    ),
    Case(
        "etched back right through",
        Mutation(
            ONE,
            drop=WET,
            add=(("clean-4", {**DRY, "recipe": DRY["recipe"] | THROUGH}),),
        ),
        "6.a 7.a 9.b 9.c 9.e",
        "What is left of dielectric 1 stands under the lines, beside dielectric 2, which lies on "
        "silicon; and too low for the barriers' tops.",
    ),
    Case(
        "copper recessed a little more after the first barrier's etch",
        Mutation(ONE, add=(("etch-barrier-1", RECESS),)),
        "",
        "That etch came after the copper was etched back.",
    ),
    Case(
        "resist left on before the first barrier",
        Mutation(ONE, drop=("ash-2",)),
        "1.c 4.a 7.a",
        "The barriers lie on resist, not on dielectric 1, and stand above it in the end.",
    ),
    Case(
        "no second barrier under the third dielectric",
        Mutation(TWO, drop=("barrier-2",)),
        "1.e 4.a 4.b 7.a 8.a 8.b 9.e",
        "As on one level; and dielectric 3 lies on bare plugs: no barrier 2 is under it, and none "
        "for its vias to be etched through.",
    ),
    Case(
        "second plugs not capped",
        Mutation(TWO, drop=("barrier-4",)),
        "8.e",
        "Barrier 4 is of no other element; the first level is as it was.",
    ),
    Case(
        "barrier between the levels not opened",
        Mutation(TWO, drop=("open-barrier-2",)),
        "8.b",
        "The second vias end on barrier 2; they are lined, filled and capped all the same.",
    ),
    Case(
        "no second trench",
        Mutation(TWO, drop=WET_2),
        "8.f 8.g",
        "Nothing to spin dielectric 4 into.",
    ),
    Case(
        "no fourth dielectric",
        Mutation(TWO, drop=("dielectric-4", "measure-k-4")),
        "8.g",
        "The second trench stays empty.",
    ),
    Case(
        "k4 not measured",
        Mutation(TWO, drop=("measure-k-4",)),
        "8.g",
        "Not shown: the second dielectric's k says nothing of the fourth's.",
    ),
    Case(
        "k3 not measured",
        Mutation(TWO, drop=("measure-k-3",)),
        "8.a 8.g",
        "What rests on k3 is not shown; k1 was measured on its own deposit.",
    ),
    Case(
        "k1 not measured, k3 is",
        Mutation(TWO, drop=("measure-k-1",)),
        "1.a 1.g 9.a 9.b 10.a",
        "What was measured of the third dielectric says nothing of the first.",
    ),
    Case(
        "no second copper",
        Mutation(TWO, drop=("copper-2",)),
        "8.d 8.e",
        "No second plugs to fill with or to enclose.",
    ),
    Case(
        "second copper etched down to the feet of its vias",
        Mutation(TWO, change={"recess-copper-2": {"depth": "400 nm"}}),
        "8.d",
        "A third of the via is full, below a barrier that encloses it as it would a whole plug.",
    ),
    Case(
        "first barrier etched before the copper",
        Mutation(ONE, move=(("etch-barrier-1", "polish-bulk-1"),)),
        "3.a 4.a",
        "It lies under copper then, so it stays as if it were never etched: between dielectric 1 "
        "and barrier 2, until the polish.",
    ),
    Case(
        "second barrier polished after the trench should be etched",
        Mutation(ONE, move=(("polish-barrier-2", "etch-back-1-5"),)),
        "1.f 1.g 6.a 7.a 9.b 9.c 9.e 12.a",
        "It covers dielectric 1 while the acid is there: no trench. It is polished all the same; "
        "of what is spun on the flat, nothing is left.",
    ),
    Case(
        "second level's masks swapped",
        Mutation(TWO, swap=("expose-3", "expose-4")),
        "8.b",
        "The wide etch goes right through, the narrow one into nothing: plain holes, which are "
        "filled and enclosed.",
    ),
    Case(
        "copper polished to the barrier, then recessed",
        Mutation(ONE, drop=("etch-back-copper-1",), add=(("polish-bulk-1", LANDING),)),
        "",
        "The polish clears the field, and the recess is an etch of copper that leaves it in the "
        "vias only: claim 2 is open to a polish before. Claim 3's etch comes after the recess.",
    ),
    Case(
        "copper polished to the barrier, not recessed",
        Mutation(
            ONE,
            drop=("etch-back-copper-1", "recess-copper-1"),
            add=(("polish-bulk-1", LANDING),),
        ),
        "2.b 3.a 4.b 7.a",
        "Polishing alone is no etch-back, so claim 3's etch follows none. The plugs are level with "
        "the dielectric: barrier 2 encloses them as it is laid, and its polish takes it off them "
        "again. The spun dielectric is etched back from their tops, and no barrier lies bare.",
    ),
    Case(
        "third dielectric spun on, of what the fourth is",
        Mutation(
            TWO,
            drop=("dielectric-3",),
            change=dict.fromkeys((*WET_2, "measure-k-3", "etch-via-2", "etch-line-2"), MSQ),
            add=tuple(("measure-step-1", step) for step in SPUN_FIRST[::-1]),
        ),
        "8.g",
        "Vias are etched into it, so it begins their level; k4 is not below its k, which it has.",
    ),
    Case(
        "second dielectric not levelled under the third",
        Mutation(TWO, drop=("etch-back-2",)),
        "7.a 8.a 8.b",
        "Dielectric 3 comes after no etch-back, and lies higher: its vias end in dielectric 2, "
        "over barrier 2, whose etch then finds no barrier.",
    ),
)
