#!/bin/sh
# Make .venv hold exactly what the lock says: `install.sh runtime` to run the site, `install.sh dev` to work on it.
# Every package is checked against its hash. Done already for these lock files: returns at once.
set -eu
cd "$(dirname "$0")/.."

level=${1:?"usage: install.sh runtime|dev"}
python=${PYTHON:-}
venv=.venv
stamp=$venv/installed

say() { printf '\033[1m==> %s\033[0m\n' "$*"; }

fresh_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

find_python() {
    for candidate in $python python3 python3.14 python3.13 python3.12 python3.11; do
        if fresh_enough "$candidate"; then
            command -v "$candidate"
            return
        fi
    done
    cat >&2 <<'END'
需要 Python 3.11 或更高版本，未找到。Python 3.11 or newer is needed and was not found.
  Debian 12+ / Ubuntu 24.04+ / UOS:  sudo apt-get install python3 python3-venv
  openEuler / Kylin / RHEL 9:         sudo dnf install python3.11
  装在别处 / installed elsewhere:     make run PYTHON=/path/to/python3.11
END
    return 1
}

make_venv() {
    "$1" -m venv --clear $venv && return
    cat >&2 <<'END'
无法建立虚拟环境。The virtual environment could not be made. On Debian and Ubuntu:
  sudo apt-get install python3-venv
END
    return 1
}

digest() { cat requirements/*.txt pyproject.toml | "$1" -c 'import hashlib, sys; print(hashlib.sha256(sys.stdin.buffer.read()).hexdigest())'; }

found=$(find_python)
wanted=$(digest "$found")
installed=$(cat $stamp 2>/dev/null || true)
case $installed in
    "$level $wanted" | "dev $wanted") exit 0 ;;
    dev*) level=dev ;; # tools once installed stay, and stay current
esac

if ! fresh_enough $venv/bin/python; then
    say "建立虚拟环境 · making $venv ($("$found" --version))"
    make_venv "$found"
fi
say "安装依赖 · installing $level packages"
$venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/tools.txt
uv() { UV_PYTHON=$venv/bin/python $venv/bin/uv --quiet "$@"; }
uv pip sync --require-hashes requirements/tools.txt "requirements/$level.txt"
uv pip install --no-deps --editable .
echo "$level $wanted" >$stamp
