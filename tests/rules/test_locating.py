"""The lines on which the keys of a rulebook stand."""

from models.rulebooks.locating import Lines


def test_lines_are_found_through_every_way_of_writing_a_key() -> None:
    """Quoted and dotted keys, arrays of tables, texts and lists over several lines, comments."""
    lines = Lines(
        """# [not.a.table]
top = "a # b = [c"
[one."two.three"]  # [four]
list = [
  "x = 1",  # y = 2
  { deep = 3 },
]
text = '''
z = 4
[five]
'''
a.b = 5
[[many]]
k = 1
[[many]]
k = 2
[many.inner]
v = 6
[[many.inner.most]]
w = 7
'quoted = key' = 8"""
    )
    assert lines.of(("top",)) == 2
    assert lines.of(("one", "two.three")) == 3
    assert lines.of(("one", "two.three", "list", 1, "deep")) == 4
    assert lines.of(("one", "two.three", "text")) == 8
    assert lines.of(("one", "two.three", "a", "b")) == 12
    assert lines.of(("many", 0, "k")) == 14
    assert lines.of(("many", 1, "k")) == 16
    assert lines.of(("many", 1, "inner", "v")) == 18
    assert lines.of(("many", 1, "inner", "most", 0, "w")) == 20
    assert lines.of(("many", 1, "inner", "most", 0, "quoted = key")) == 21
    assert lines.of(("absent",)) == 1
