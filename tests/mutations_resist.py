"""Mutations of the resist sequences, and the elements that each must cost, worked out by hand."""

from mutants import Case, Mutation

ONE, THREE = "resist-one-development", "resist-three-developments"
BESIDE, METHOD = "resist-plug-and-line", "resist-method"

AGAIN = {
    "id": "coat-again",
    "kind": "spin_coater",
    "operation": "coat",
    "recipe": {"material": "resist-n1", "cast_speed": "6000 rpm", "cast_time": "33 s"},
}
COPPER_OFF = {
    "id": "copper-off",
    "kind": "etcher",
    "operation": "etch_back",
    "recipe": {"bath": "can", "material": "Cu", "time": "4 min"},
}

CASES = (
    Case(
        "no first coat",
        Mutation(THREE, drop=("coat-1",)),
        "1.b 1.c 6.c 6.d 6.e 8.a 9.a",
        "One coat: it is exposed and developed, but there are not two, and no step in it.",
    ),
    Case(
        "first coat not soft-baked",
        Mutation(THREE, drop=("soft-bake-1",)),
        "9.a",
        "Only claim 9 asks for it.",
    ),
    Case(
        "first coat not exposed",
        Mutation(THREE, drop=("expose-1",)),
        "1.b 1.c 6.a 6.c 6.d",
        "An unexposed negative resist washes away: the second coat does not lie on a first.",
    ),
    Case(
        "first coat not baked after exposure",
        Mutation(THREE, drop=("post-exposure-bake-1",)),
        "1.b 1.c 6.c 6.d",
        "It does not link and washes away, though it was exposed.",
    ),
    Case(
        "first development left out",
        Mutation(THREE, drop=("develop-1",)),
        "6.b",
        "The next development opens both coats: all else holds.",
    ),
    Case(
        "no second coat",
        Mutation(THREE, drop=("coat-2",)),
        "1.b 1.c 1.d 6.c 6.d 6.e 8.a 9.a",
        "One coat has no step, and there is no second to expose or develop. It is so thin that the "
        "etch takes it: none is left to remove after.",
    ),
    Case(
        "second coat not soft-baked",
        Mutation(THREE, drop=("soft-bake-2",)),
        "9.a",
        "Only claim 9 asks for it.",
    ),
    Case(
        "second coat not exposed",
        Mutation(THREE, drop=("expose-2",)),
        "1.b 1.c 1.d 6.c",
        "It washes away whole: dielectric and first coat lie bare, but there is no step. The first "
        "coat alone is so thin that the etch takes it: none is left to remove after.",
    ),
    Case(
        "second development left out",
        Mutation(THREE, drop=("develop-2",)),
        "1.b 1.c 6.d 6.e",
        "The short last puddle is now the second development, too short, and none follows.",
    ),
    Case(
        "third development left out",
        Mutation(THREE, drop=("develop-3",)),
        "6.e",
        "The second had opened the windows.",
    ),
    Case(
        "hard bake before the last development",
        Mutation(THREE, move=(("hard-bake-2", "develop-2"),)),
        "7.a",
        "Claim 7 asks for it after the last.",
    ),
    Case(
        "no last hard bake",
        Mutation(THREE, drop=("hard-bake-2",)),
        "7.a",
        "The bake between the coats is before the last development.",
    ),
    Case(
        "one half of the etch left out",
        Mutation(THREE, drop=("etch-1",)),
        "1.c",
        "The window ends halfway; it is lined and filled all the same.",
    ),
    Case(
        "other half of the etch left out",
        Mutation(THREE, drop=("etch-2",)),
        "1.c",
        "The window ends halfway, without its wide part.",
    ),
    Case(
        "resist left on",
        Mutation(THREE, drop=("ash-1",)),
        "1.d 1.e",
        "The liner lies on resist, the conductor on the liner.",
    ),
    Case(
        "another coat before the liner, and left on",
        Mutation(THREE, add=(("clean-1", AGAIN),)),
        "1.e",
        "The window was bare and the resist removed before; the liner lies on the new one.",
    ),
    Case(
        "no liner",
        Mutation(THREE, drop=("liner-1",)),
        "1.e 1.f",
        "The conductor has no liner to lie over.",
    ),
    Case(
        "no conductor",
        Mutation(THREE, drop=("copper-1",)),
        "1.f",
        "The window stays empty. Metrology finds no copper and holds it.",
        held="none",
    ),
    Case(
        "masks swapped",
        Mutation(
            ONE,
            change={"expose-2": {"align_to": "RESIST-LINE-1"}},
            swap=("expose-1", "expose-2"),
        ),
        "1.b 1.c",
        "The lower coat is opened wider than the upper: no window that is wide above.",
    ),
    Case(
        "second coat cast from the first one's solvent",
        Mutation(ONE, change={"coat-2": {"material": "resist-n1"}}),
        "1.b 1.c",
        "It lies on what was linked, but over the dark window it mixes with the soluble first coat "
        "to what does not develop: the window stays closed.",
    ),
    Case(
        "second coat cast from the solvent of a first one that nothing has linked",
        Mutation(
            ONE,
            drop=("post-exposure-bake-1",),
            change={
                "soft-bake-1": {"temperature": "90 degC"},
                "coat-2": {"material": "resist-n1"},
            },
        ),
        "1.b 1.c 2.b",
        "The two coats mix all over: resist 2 lies on no resist 1, and no window opens. Metrology "
        "finds no copper and holds it.",
        held="none",
    ),
    Case(
        "first coat neither soft-baked nor baked after its exposure",
        Mutation(ONE, drop=("soft-bake-1", "post-exposure-bake-1")),
        "1.b 1.c 2.b 5.a",
        "Full of solvent it mixes with any liquid; a soft bake of the second coat is not two.",
    ),
    Case(
        "first exposure too weak",
        Mutation(ONE, change={"expose-1": {"dose": "25 mJ/cm2"}}),
        "1.b 1.c",
        "19 of them come to the bottom, where 20 begin to link: the ring of the first coat washes "
        "away, and the window is as wide below as above.",
    ),
    Case(
        "first exposure far out of focus",
        Mutation(ONE, change={"expose-1": {"focus": "1.5 um"}}),
        "1.b 1.c",
        "Light is smeared over 300 nm: in the middle of the dark 400 nm it is half as bright as "
        "outside, and links resist there.",
    ),
    Case(
        "second coat not soft-baked",
        Mutation(ONE, drop=("soft-bake-2",)),
        "5.a",
        "Only claim 5 asks for it.",
    ),
    Case(
        "hard bake before the development",
        Mutation(ONE, move=(("hard-bake-1", "post-exposure-bake-2"),)),
        "3.a",
        "Claim 3 asks for it after.",
    ),
    Case(
        "beside the window: half of the etch left out",
        Mutation(BESIDE, drop=("etch-1",)),
        "1.c 10.a 11.b 11.c 12.a",
        "Neither window nor plug reach the substrate; the line is there, but with no window.",
    ),
    Case(
        "beside the window: dielectric etched at half the rate",
        Mutation(BESIDE, faults=(("ETC01", "rate", {"factor": 0.5, "material": "SiOC"}),)),
        "1.c 10.a 11.b 11.c 12.a",
        "As with half of the etch left out.",
    ),
    Case(
        "beside the window: asher takes no resist",
        Mutation(BESIDE, faults=(("ETC01", "rate", {"factor": 0, "material": "resist-n1"}),)),
        "1.c 1.d 1.e 10.a 12.a 13.b 13.c",
        "The lower coat is not trimmed, so nothing is wide above and there is no line; and it is "
        "not stripped, so the liner lies on it, too high: the polisher gives up before its end.",
        held="none",
    ),
    Case(
        "beside the window: no conductor",
        Mutation(BESIDE, drop=("copper-1",)),
        "1.f 10.a 11.c 12.a 13.c",
        "Window, plug and line are etched and stay empty. Metrology finds no copper and holds it.",
        held="none",
    ),
    Case(
        "beside the window: copper etched out again",
        Mutation(BESIDE, add=(("polish-liner-1", COPPER_OFF),)),
        "1.f 10.a 11.c 12.a 13.c",
        "Window, plug and line were filled and are empty at the end. Metrology holds it.",
        held="none",
    ),
    Case(
        "beside the window: not developed",
        Mutation(BESIDE, drop=("develop-1",)),
        "1.b 1.c 2.c 3.a 10.a 11.a 11.b 11.c 12.a 13.a 13.b 13.c",
        "No pattern of any sort; the coats are exposed, stripped, lined and filled. "
        "Metrology holds it: no copper.",
        held="none",
    ),
    Case(
        "method: not developed",
        Mutation(METHOD, drop=("develop-1",)),
        "14.c 15.a",
        "There is no development to bake after.",
    ),
    Case(
        "method: no second coat",
        Mutation(METHOD, drop=("coat-2",)),
        "14.b 14.c 16.a 17.a",
        "Not two coats, and no development after both exposures.",
    ),
    Case(
        "method: second coat not exposed",
        Mutation(METHOD, drop=("expose-2",)),
        "14.b 14.c",
        "The development is not after both exposures.",
    ),
    Case(
        "method: first coat not soft-baked",
        Mutation(METHOD, drop=("soft-bake-1",)),
        "17.a",
        "Only claim 17 asks for it.",
    ),
    Case(
        "method: first resist runs dry",
        Mutation(METHOD, faults=(("SPN01", "rate", {"factor": 0, "material": "resist-n1"}),)),
        "14.b 14.c 16.a 17.a",
        "Nothing of it comes out: the second coat is the only one, as with none in the recipe.",
    ),
    Case(
        "method: both resists run dry",
        Mutation(
            METHOD,
            faults=tuple(
                ("SPN01", "rate", {"factor": 0, "material": each})
                for each in ("resist-n1", "resist-n2")
            ),
        ),
        "14.a 14.b 14.c 15.a 16.a 17.a",
        "Baked, exposed and developed was a wafer without resist.",
    ),
    Case(
        "first coat exposed through the second",
        Mutation(ONE, move=(("expose-1", "soft-bake-2"),)),
        "1.b 1.c 2.a",
        "Resist 1 is not exposed before the next coat; both coats are linked wherever either mask "
        "lets light through, which leaves a plain hole.",
    ),
    Case(
        "resist ashed before the etch",
        Mutation(ONE, move=(("ash-1", "hard-bake-1"),)),
        "1.c 1.d",
        "The etch has hardly a mask: it takes the rest of the resist, so that none is left to "
        "remove after it, and leaves a hollow that ends in the dielectric.",
    ),
    Case(
        "liner laid before the resist is ashed",
        Mutation(THREE, move=(("ash-1", "liner-1"),)),
        "1.d 1.e",
        "It lies on resist, which no plasma gets at then.",
    ),
    Case(
        "three developments: masks swapped",
        Mutation(THREE, swap=("expose-1", "expose-2")),
        "1.b 1.c 6.d",
        "The second coat fills the first one's wide opening, and has a narrow one itself: a plain "
        "hole in which no top of resist 1 lies bare.",
    ),
    Case(
        "beside the window: masks swapped",
        Mutation(
            BESIDE,
            change={"expose-2": {"align_to": None}},
            swap=("expose-1", "expose-2"),
        ),
        "1.b 1.c 10.a 12.a 13.a 13.b 13.c",
        "The upper coat is the narrow one, and closed over the line. The plug is in both masks: it "
        "is made, but with no window.",
    ),
    Case(
        "method: second coat soft-baked after its exposure",
        Mutation(METHOD, move=(("soft-bake-2", "expose-2"),)),
        "17.a",
        "Claim 17 asks for it after coating; the exposure needs it dry.",
    ),
    Case(
        "method: developed before the second coat",
        Mutation(METHOD, move=(("develop-1", "post-exposure-bake-1"),)),
        "14.c",
        "No development comes after the second exposure; the hard bake is after the only one.",
    ),
    Case(
        "method: masks swapped",
        Mutation(METHOD, swap=("expose-1", "expose-2")),
        "",
        "Claim 14 asks for two exposures and no pattern.",
    ),
)
