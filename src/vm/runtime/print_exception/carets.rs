//! Marks under a source line: which part of it was running (PEP 657).
//!
//! CPython 3.11: `tb_displayline`, `extract_anchors_from_line`, `print_error_location_carets` in `Python/traceback.c`.

use crate::types::code::PyCode;

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\x0c')
}

/// Columns a character takes on a terminal.
fn columns(c: char) -> usize {
    let is_wide =
        !c.is_ascii() && matches!(base::unicode::east_asian_width(u32::from(c)), "W" | "F");
    1 + usize::from(is_wide)
}

/// Characters in front of a byte column; `None` when the column is not in the line.
fn char_offset(line: &str, column: i32) -> Option<usize> {
    let column = usize::try_from(column).ok()?;
    let clipped = column.min(line.len());
    Some(
        line.as_bytes()[..clipped]
            .iter()
            .filter(|byte| **byte & 0xc0 != 0x80)
            .count(),
    )
}

/// The marks for the instruction at `lasti`, from the first character of the stripped line; `None` when they would say nothing.
pub fn marks(code: &PyCode, lasti: i32, line: &str) -> Option<String> {
    let location =
        bytecode::locations::addr_to_location(code.linetable.as_slice(), code.firstlineno, lasti);
    if location.line < 0 || location.end_line < 0 || location.column < 0 || location.end_column < 0
    {
        return None;
    }
    let start = char_offset(line, location.column)?;
    let mut end = char_offset(line, location.end_column)?;
    let mut anchors = None;
    if location.line == location.end_line {
        let segment: String = line
            .chars()
            .skip(start)
            .take(end.saturating_sub(start))
            .collect();
        anchors = crate::runtime::compile::error_anchors(&segment).map(|(left, right)| {
            let offset = |column: i32| char_offset(&segment, column).unwrap_or(0) + start;
            (offset(left), offset(right))
        });
    } else {
        // Of an expression over several lines, the rest of the first line is marked.
        end = line.trim_end_matches(is_blank).chars().count();
    }
    let stripped = line.chars().take_while(|c| is_blank(*c)).count();
    let length = line.chars().count();
    if anchors.is_none() && end.checked_sub(start) == Some(length - stripped) {
        return None;
    }
    let mut marks = String::new();
    let mut chars = line.chars().skip(stripped);
    for place in stripped + 1..=end {
        let mark = match anchors {
            _ if place <= start => ' ',
            None => '^',
            Some((left, right)) if left < place && place <= right => '^',
            Some(_) => '~',
        };
        let width = chars.next().map_or(1, columns);
        marks.extend(std::iter::repeat_n(mark, width));
    }
    Some(marks)
}
