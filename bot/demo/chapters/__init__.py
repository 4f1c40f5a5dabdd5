"""The chapters of the demo's story: each does a few things and tells what must then be seen."""
