"""Mutations of the protective layer's sequences, and the elements that each must cost, by hand."""

from mutants import Case, Mutation

LINE, PLAIN, TWO = "cap-line", "cap-line-no-stop", "cap-two-level"
ALUMINIUM = "cap-line-aluminium"

DEGAS = {
    "id": "degas-film-1",
    "kind": "cvd",
    "operation": "degas",
    "recipe": {"chamber": "degas", "temperature": "200 degC", "time": "60 s"},
}

CASES = (
    Case(
        "film stripped before the anneal",
        Mutation(PLAIN, move=(("strip-1", "measure-film-1"),)),
        "1.d 1.e 15.c",
        "Nothing is left to react, and what was removed had met no heat; the anneal stays cold.",
    ),
    Case(
        "no film",
        Mutation(PLAIN, drop=("film-1", "measure-film-1")),
        "1.c 1.d 1.e 3.a 4.a 5.a 6.a 15.c",
        "No film: none of its class, group, thickness or heat, and nothing to protect the metal.",
    ),
    Case(
        "film not annealed",
        Mutation(PLAIN, drop=("react-1",)),
        "1.d 1.e 6.a 15.c",
        "No thermal process; what was removed had met none.",
    ),
    Case(
        "unreacted film left",
        Mutation(LINE, drop=("strip-1",)),
        "1.e",
        "The protective layer is there, under film.",
    ),
    Case(
        "stripper bath filled with another",
        Mutation(LINE, faults=(("WET01", "wrong-bath", {"bath": "msa", "filled": "pan"}),)),
        "1.e",
        "The aluminium etchant leaves tin.",
    ),
    Case(
        "stripper bath of an aluminium film filled with what eats copper",
        Mutation(ALUMINIUM, faults=(("WET01", "wrong-bath", {"bath": "tmah", "filled": "pan"}),)),
        "1.b 1.d",
        "The unreacted aluminium goes, and the protective layer and the copper with it: neither is "
        "there in the end. Metrology finds no copper and holds it.",
        held="none",
    ),
    Case(
        "film degassed hot before it was measured",
        Mutation(LINE, add=(("film-1", DEGAS),)),
        "5.a",
        "The degas makes some of it react, so that it was not measured as laid: not shown. It is a "
        "thermal process too, and kept far below its limit by what its heater recorded.",
    ),
    Case(
        "film too thick",
        Mutation(LINE, change={"film-1": {"thickness": "600 Å"}}),
        "5.a",
        "600 Å at every site; the rest of it would be stripped. Held as it grows.",
        held="1.d 1.e 6.a",
    ),
    Case(
        "film deposited faster than the tool believes",
        Mutation(
            LINE,
            change={"film-1": {"thickness": "400 Å"}},
            faults=(("CVD01", "rate", {"factor": 1.5, "material": "Sn"}),),
        ),
        "5.a",
        "400 Å asked for are 600 Å, which only metrology sees: the gate holds it.",
        held="1.d 1.e 6.a",
    ),
    Case(
        "film not measured",
        Mutation(LINE, drop=("measure-film-1",)),
        "5.a",
        "Not shown. The gate before the anneal holds it.",
        held="1.d 1.e 6.a",
    ),
    Case(
        "reaction too hot",
        Mutation(LINE, change={"react-1": {"temperature": "410 degC"}}),
        "6.a",
        "It reacts as before, above the limit. Aborted above the limit, and not stripped.",
        held="1.e",
    ),
    Case(
        "no stop layer",
        Mutation(TWO, drop=("stop-1",)),
        "7.a 17.a",
        "The polish ends on the dielectric.",
    ),
    Case(
        "first film not deposited",
        Mutation(TWO, drop=("film-1", "measure-film-1")),
        "1.c 1.d 1.e 3.a 4.a 5.a 6.a 8.a 8.b 15.c 18.a",
        "No protective layer 1 to cover or to cut through; metal 2 meets metal 1 all the same.",
    ),
    Case(
        "first film not annealed",
        Mutation(TWO, drop=("react-1",)),
        "1.d 1.e 6.a 8.a 8.b 15.c 18.a",
        "As without film, but it was there and had a class and a thickness.",
    ),
    Case(
        "first film left under the second dielectric",
        Mutation(TWO, drop=("strip-1",)),
        "1.e 8.a",
        "Dielectric 2 came, but not after the removal of film 1.",
    ),
    Case(
        "no second stop layer",
        Mutation(TWO, drop=("stop-2",)),
        "14.a 20.a",
        "Opening 2 passes through dielectric 2 alone.",
    ),
    Case(
        "second opening not etched",
        Mutation(TWO, drop=("etch-dielectric-2",)),
        "8.b 8.c 18.a",
        "It stops short of the protective layer: metal 2 has no path to metal 1.",
    ),
    Case(
        "second opening too shallow",
        Mutation(TWO, change={"etch-dielectric-2": {"depth": "300 nm"}}),
        "8.b 8.c 18.a",
        "It stops short of the protective layer: metal 2 has no path to metal 1.",
    ),
    Case(
        "protective layer not cut",
        Mutation(TWO, drop=("cut-2",)),
        "8.b 18.a",
        "Opening 2 ends on protective layer 1, which conducts: the metals are joined through it.",
    ),
    Case(
        "second film not deposited",
        Mutation(TWO, drop=("film-2", "measure-film-2")),
        "8.d 8.e 8.f 10.a 11.a 12.a 13.a 18.c",
        "None of the second film's elements; the metals are joined.",
    ),
    Case(
        "second film not measured",
        Mutation(TWO, drop=("measure-film-2",)),
        "12.a",
        "Not shown; the first film's measurement is the first film's. The gate holds it.",
        held="8.e 8.f 13.a 18.c",
    ),
    Case(
        "second film not annealed",
        Mutation(TWO, drop=("react-2",)),
        "8.e 8.f 13.a 18.c",
        "The first thermal process is the first level's.",
    ),
    Case(
        "second film left",
        Mutation(TWO, drop=("strip-2",)),
        "8.f",
        "Both protective layers are there.",
    ),
    Case(
        "second metal missing",
        Mutation(TWO, drop=("copper-2",)),
        "8.c 8.d 8.e 8.f 9.a 18.b 18.c 19.a",
        "Opening 2 stays empty: film 2 meets no metal.",
    ),
    Case(
        "second film too thick",
        Mutation(TWO, change={"film-2": {"thickness": "600 Å"}}),
        "12.a",
        "The first film's limit is the first film's. Held as it grows.",
        held="8.e 8.f 13.a 18.c",
    ),
    Case(
        "film measured after the anneal",
        Mutation(LINE, move=(("measure-film-1", "react-1"),)),
        "5.a",
        "What is measured then is not the film as it was deposited. The gate holds it.",
        held="1.d 1.e 6.a",
    ),
    Case(
        "first film stripped after the second dielectric",
        Mutation(TWO, move=(("strip-1", "dielectric-2"),)),
        "1.e 8.a",
        "It lies under the dielectric, where no stripper comes: it is not removed, and dielectric "
        "2 came before its removal.",
    ),
    Case(
        "masks of the levels swapped",
        Mutation(TWO, swap=("expose-1", "expose-2")),
        "15.c 18.a",
        "Opening 2 is wider than metal 1: its etch takes protective layer 1 whole, so none stays "
        "elsewhere on metal 1. All else was as it should be when it was done.",
    ),
    Case(
        "film stripped too short",
        Mutation(LINE, change={"strip-1": {"time": "8 s"}}),
        "",
        "Claim 1 asks that an unreacted part be removed, and one was. That some is left is no "
        "element, though it makes the wafer scrap.",
    ),
)
