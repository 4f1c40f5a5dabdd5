"""Small workspaces, good and broken, that real tools look at."""

from __future__ import annotations

CARGO = {
    "Cargo.toml": '[workspace]\nmembers = ["nozzle", "rocket"]\nresolver = "2"\n',
    "Cargo.lock": (
        "version = 4\n\n"
        '[[package]]\nname = "nozzle"\nversion = "0.1.0"\n\n'
        '[[package]]\nname = "rocket"\nversion = "0.1.0"\ndependencies = [\n "nozzle",\n]\n'
    ),
    ".gitignore": "/target\n",
    "nozzle/Cargo.toml": '[package]\nname = "nozzle"\nversion = "0.1.0"\nedition = "2021"\n',
    "nozzle/src/lib.rs": (
        "pub fn thrust(flow: u32, speed: u32) -> u32 {\n    flow * speed\n}\n\n"
        "#[cfg(test)]\nmod tests {\n    #[test]\n    fn multiplies() {\n"
        "        assert_eq!(super::thrust(2, 3), 6);\n    }\n}\n"
    ),
    "rocket/Cargo.toml": (
        '[package]\nname = "rocket"\nversion = "0.1.0"\nedition = "2021"\n\n'
        '[dependencies]\nnozzle = { path = "../nozzle" }\n'
    ),
    "rocket/src/main.rs": 'fn main() {\n    println!("{}", nozzle::thrust(2, 3));\n}\n',
}
UNFORMATTED_RUST = {"rocket/src/main.rs": 'fn main() { println!("{}",nozzle::thrust(2,3)); }\n'}
UNCOMPILED_RUST = {
    "nozzle/src/lib.rs": CARGO["nozzle/src/lib.rs"].replace("flow * speed", "flow * sped"),
}

PYTHON = {
    "pyproject.toml": '[project]\nname = "rocket"\nversion = "0.1.0"\n',
    "rocket/__init__.py": '"""A rocket."""\n',
    "rocket/nozzle.py": (
        '"""The nozzle."""\n\n\ndef thrust(flow: int, speed: int) -> int:\n'
        '    """Tell how it pushes."""\n    return flow * speed\n'
    ),
    "tests/test_nozzle.py": (
        "import unittest\n\nfrom rocket.nozzle import thrust\n\n\nclass NozzleTest(unittest.TestCase):\n"
        "    def test_thrust(self):\n        self.assertEqual(thrust(2, 3), 6)\n"
    ),
}
UNFORMATTED_PYTHON = {"rocket/nozzle.py": PYTHON["rocket/nozzle.py"].replace("flow * speed", "flow*speed")}
UNUSED_IMPORT = {"rocket/nozzle.py": "import os\n\n\n" + PYTHON["rocket/nozzle.py"].split("\n\n\n", 1)[1]}
UNCOMPILED_PYTHON = {"rocket/nozzle.py": PYTHON["rocket/nozzle.py"].replace("flow * speed", "flow *")}
