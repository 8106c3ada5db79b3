"""Lists the benchmarks, or runs one of them: ``python -m benchmarks [NAME [OPTION...]]``."""

import ast
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def listed() -> dict[str, str]:
    """Each benchmark's name and the first line of what it says about itself."""
    found = {}
    for path in sorted(HERE.glob("*.py")):
        about = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
        if f"python benchmarks/{path.name}" in " ".join(about.split()):  # what helps them is none
            found[path.stem] = about.splitlines()[0].partition(": ``")[0]
    return found


def main() -> int:
    """Run what was asked for; the exit code is its own, 2 where there is no such benchmark."""
    names = listed()
    if len(sys.argv) < 2:
        for name, about in names.items():
            print(f"{name:20} {about}")
        return 0
    name, *options = sys.argv[1:]
    if name not in names:
        print(f"there is no benchmark {name}; there are {', '.join(names)}", file=sys.stderr)
        return 2
    return subprocess.run([sys.executable, HERE / f"{name}.py", *options], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
