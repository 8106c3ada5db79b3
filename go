#!/bin/sh
# The one door to a checkout: finds a Python, installs what is needed into .venv, then does as asked.
#
#   ./go test [pytest's arguments]   runs the tests, on all cores
#   ./go check                       format, lint, types, layers, docs
#   ./go COMMAND ...                 anything else is handed to fabctl: ./go run cap-line --speed 600
#
# The system's own Python is never changed, so it does not matter whether it is externally managed.
set -eu

unset CDPATH  # or cd would look there
from=$PWD
script=$0
while [ -L "$script" ]; do  # a link to it stands for it
    cd "$(dirname "$script")"
    script=$(readlink "$script")
done
cd "$(dirname "$script")"
here=$(pwd -P)
venv=.venv
unset PYTHONDONTWRITEBYTECODE  # or each command would compile all of fabctl again, for 2 s

say() { printf '%s\n' "go: $*" >&2; }
fail() { say "$@"; exit 2; }

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for name in python3 python3.13 python3.12 python3.11 python3.14 python \
        /opt/homebrew/bin/python3 /usr/local/bin/python3; do
        if command -v "$name" >/dev/null 2>&1 && new_enough "$name"; then
            command -v "$name"
            return
        fi
    done
    fail "needs Python 3.11 or newer, and none was found on PATH. Install one" \
        "(Debian, Ubuntu: sudo apt install python3 python3-venv; macOS: brew install python3)."
}

# Debian packs ensurepip apart from Python: without it, whatever pip there is fills the bare venv.
make_venv() {
    python=$(find_python)
    say "making $venv with $python"
    rm -rf "$venv"
    if "$python" -c 'import ensurepip, venv' 2>/dev/null && "$python" -m venv "$venv" >/dev/null 2>&1
    then
        return
    fi
    rm -rf "$venv"
    if "$python" -m virtualenv --version >/dev/null 2>&1; then
        "$python" -m virtualenv -q "$venv" && return
    fi
    if "$python" -m pip --version >/dev/null 2>&1; then
        borrowed=$(mktemp -d)
        "$python" -m pip install -q --target "$borrowed" virtualenv \
            && PYTHONPATH=$borrowed "$python" -m virtualenv -q "$venv" \
            && rm -rf "$borrowed" && return
        rm -rf "$borrowed" "$venv"
    fi
    fail "$python can't make a virtual environment: it has neither ensurepip nor pip." \
        "Install one (Debian, Ubuntu: sudo apt install python3-venv) and try again."
}

# Whether .venv came along with a copied or moved checkout: its programs name the old place.
is_elsewheres() {
    case $(cat "$venv"/.installed-* 2>/dev/null) in
        "$here "*) return 1 ;;
        /*) return 0 ;;
        *) return 1 ;;
    esac
}

# Installs fabctl with the named extra ("" or "dev"). A marker that holds this folder and the checksum
# of pyproject.toml tells that it is done; what serves development serves everything.
ensure() {
    [ -f pyproject.toml ] || fail "no checkout of fabctl: there is no pyproject.toml in $here"
    wanted="$here $(cksum <pyproject.toml)"
    for done in "$venv/.installed-$1" "$venv/.installed-dev"; do
        if [ -x "$venv/bin/python" ] && [ "$(cat "$done" 2>/dev/null)" = "$wanted" ]; then
            return
        fi
    done
    if [ ! -x "$venv/bin/python" ] || ! new_enough "$venv/bin/python" || is_elsewheres; then
        make_venv
    fi
    say "installing fabctl and what it needs into $venv (a minute or two, once)"
    if ! "$venv/bin/python" -m pip install --disable-pip-version-check -e ".${1:+[$1]}" \
        >"$venv/install.log" 2>&1
    then
        cat "$venv/install.log" >&2
        fail "the installation failed; what pip said stands above"
    fi
    # An editable install leaves this to the first command, which would take 2 s more for it.
    "$venv/bin/python" -m compileall -q fabctl sequences simulators tool_drivers || true
    # Likewise pytest rewrites every test file when it first reads it, each of its workers on its own.
    [ "$1" != dev ] || "$venv/bin/python" -m pytest --collect-only -q >/dev/null 2>&1 || true
    rm -f "$venv"/.installed-*
    printf '%s\n' "$wanted" >"$venv/.installed-$1"
}

# Every check runs, whatever the ones before it said; fails if one of them failed.
check() {
    failed=""
    one() {
        title=$1
        shift
        say "$title"
        "$@" || failed="$failed $title"
    }
    PATH=$PWD/$venv/bin:$PATH
    one format ruff format --check .
    one lint ruff check .
    one types mypy
    one layers lint-imports
    one docs sphinx-build -q -W --keep-going -E docs docs/_build/html
    [ -z "$failed" ] || { say "failed:$failed"; return 1; }
    say "all checks passed"
}

case ${1-} in
    test)
        shift
        ensure dev
        # Quick tests of a file share what they make; the long ones take too long to stay together.
        dist=loadfile
        case " $* " in *" --long "*) dist=worksteal ;; esac
        # A test that hangs inside uvloop can't be interrupted: its worker is ended, and named.
        exec "$venv/bin/python" -m pytest -n auto --dist "$dist" -o timeout_method=thread "$@"
        ;;
    check)
        ensure dev
        check
        ;;
    *)
        ensure ""
        program=$PWD/$venv/bin/fabctl
        cd "$from"
        exec "$program" "$@"
        ;;
esac
