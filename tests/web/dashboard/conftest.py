"""What the tests of the dashboard share."""

from tests.support.thousand import thousand, thousand_file

__all__ = ["thousand", "thousand_file"]
