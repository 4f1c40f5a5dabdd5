"""Make uv.lock registry-neutral: file names and hashes stay, the addresses of one registry go.

What is installed is decided by name, version and hash; from where is decided by the machine's own configuration.
"""

import pathlib
import re

LOCK = pathlib.Path(__file__).parent.parent / "uv.lock"
NEUTRAL = "https://index.invalid/simple"

text = LOCK.read_text(encoding="utf-8")
text = re.sub(r'url = "https://[^"]*/([^"/]+)"', r'filename = "\1"', text)
text = re.sub(r'registry = "https://[^"]+"', f'registry = "{NEUTRAL}"', text)
LOCK.write_text(text, encoding="utf-8")
