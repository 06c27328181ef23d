//! From a byte offset in source text to its line and column, and back.
//!
//! Columns are UTF-8 bytes from the start of the line, as in `ast` and in CPython's location tables; lines count from 1 and
//! end after `\n`, `\r\n` or a lone `\r`, the breaks that CPython's tokenizer knows.

/// Where each line of a text starts.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    length: u32,
}

impl LineIndex {
    /// Scan the text once. Texts of 4 GiB or more are cut off.
    pub fn new(text: &str) -> LineIndex {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let is_first_of_two = bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
            if !is_first_of_two {
                starts.push(offset_of(at + 1));
            }
        }
        LineIndex {
            starts,
            length: offset_of(bytes.len()),
        }
    }

    /// Number of lines; a text that ends with a line break has an empty last one.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// Line (from 1) and column of a byte offset; offsets beyond the end count as the end.
    pub fn line_column(&self, offset: u32) -> (u32, u32) {
        let offset = offset.min(self.length);
        let line = self.starts.partition_point(|&start| start <= offset);
        (line as u32, offset - self.starts[line - 1])
    }

    /// Line (from 1) of a byte offset.
    pub fn line(&self, offset: u32) -> u32 {
        self.line_column(offset).0
    }

    /// Byte offset where a line (from 1) starts, `None` if there is no such line.
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// Byte offsets of a line (from 1), with its break.
    pub fn line_range(&self, line: u32) -> Option<std::ops::Range<u32>> {
        let start = self.line_start(line)?;
        Some(start..self.line_start(line + 1).unwrap_or(self.length))
    }

    /// Byte offset of a line (from 1) and column, not beyond the end of the text.
    pub fn offset(&self, line: u32, column: u32) -> Option<u32> {
        Some(
            self.line_start(line)?
                .saturating_add(column)
                .min(self.length),
        )
    }
}

fn offset_of(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_and_lines() {
        let text = "a\u{e9}\nb\r\nc\rd\n";
        let index = LineIndex::new(text);
        assert_eq!(index.line_count(), 5);
        let places: Vec<_> = (0..=text.len() as u32)
            .map(|at| index.line_column(at))
            .collect();
        let expected = [
            (1, 0),
            (1, 1),
            (1, 2),
            (1, 3),
            (2, 0),
            (2, 1),
            (2, 2),
            (3, 0),
            (3, 1),
            (4, 0),
            (4, 1),
            (5, 0),
        ];
        assert_eq!(places, expected);
        for at in 0..=text.len() as u32 {
            let (line, column) = index.line_column(at);
            assert_eq!(index.offset(line, column), Some(at));
        }
        assert_eq!(index.line_range(2), Some(4..7));
        assert_eq!(index.line_range(6), None);
        assert_eq!(index.line_start(0), None);
        assert_eq!(index.line_column(1000), (5, 0));
    }
}
