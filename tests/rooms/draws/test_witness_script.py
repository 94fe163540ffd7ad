"""The hashes of the witness's page, run by Node where there is one, against Python's own."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

import mingcha.draws
from fairdraw.suite import SUITES

SCRIPT = Path(mingcha.draws.__file__).parent / "static" / "draws" / "hashes.js"
NODE = shutil.which("node")
LENGTHS = [0, 1, 3, 31, 32, 54, 55, 56, 63, 64, 65, 119, 120, 128, 1000]


@pytest.mark.skipif(NODE is None, reason="needs Node.js")
@pytest.mark.parametrize("suite", SUITES)
def test_the_page_hashes_as_the_protocol_does(suite):
    messages = [hashlib.sha512(bytes([n % 256])).digest() * 16 for n in LENGTHS]
    messages = [message[:length] for message, length in zip(messages, LENGTHS, strict=True)]
    program = (
        f"const hashes = require({json.dumps(str(SCRIPT))});"
        f"const given = {json.dumps([message.hex() for message in messages])};"
        f"console.log(JSON.stringify(given.map((hex) => hashes[{json.dumps(suite)}](Buffer.from(hex, 'hex')))))"
    )

    done = subprocess.run([NODE, "-e", program], capture_output=True, text=True, check=True)  # noqa: S603

    assert json.loads(done.stdout) == [SUITES[suite](message).hex() for message in messages]
