"""One plain class per tool, over a shared link."""
