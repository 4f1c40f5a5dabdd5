"""Makes a release on GitHub, each part once: the tag, the draft, the build, what is published."""
