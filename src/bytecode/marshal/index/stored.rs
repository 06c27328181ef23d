//! An index as bytes, for streams that are known before the program runs: those of the embedded library.
//!
//! The walk that makes an index checks a stream, too, and costs about as much as reading all of it. A stream that was compiled when the
//! program was built needs neither again. What is stored here is trusted to belong to the stream beside it; were it wrong, reading would
//! fail or give other values, never go outside of the stream.
//!
//! ```text
//!  number of items with an index, a bit for each of them     which items are referred to, in words of 8 bytes
//!  width, offsets of those items                             each as the distance from the one before
//!  number of code objects
//!  width, 22 numbers for each of them                        places as the distance from the one before
//! ```
//!
//! Numbers have 4 bytes; where there is a width, a byte, they have as many bytes as it says, 2 or 4.

use super::{CodeEntry, Index, Indexed, Place};

/// How many numbers a code object is.
const NUMBERS: usize = 22;

#[derive(Default)]
struct Writer(Vec<u8>);

impl Writer {
    fn number(&mut self, number: u32) {
        self.0.extend_from_slice(&number.to_le_bytes());
    }

    /// Numbers in the width that the largest needs.
    fn numbers(&mut self, numbers: &[u32]) {
        let small: Option<Vec<u16>> = numbers.iter().map(|&n| n.try_into().ok()).collect();
        match small {
            Some(small) => {
                self.0.push(2);
                let bytes = small.iter().flat_map(|number| number.to_le_bytes());
                self.0.extend(bytes);
            }
            None => {
                self.0.push(4);
                numbers.iter().for_each(|&number| self.number(number));
            }
        }
    }
}

struct Reader<'b>(&'b [u8]);

impl Reader<'_> {
    #[inline(always)]
    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (chunk, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*chunk)
    }

    fn number(&mut self) -> Option<u32> {
        self.chunk().map(u32::from_le_bytes)
    }

    /// A number of things of at least this size that are still to come.
    fn count(&mut self, size: usize) -> Option<usize> {
        let count = self.number()? as usize;
        (count <= self.0.len() / size).then_some(count)
    }

    #[inline(always)]
    fn numbers<const N: usize>(&mut self) -> Option<[u32; N]> {
        let mut numbers = [0; N];
        let width = match self.chunk::<1>()? {
            [2] => 2,
            [4] => 4,
            _ => return None,
        };
        let (bytes, rest) = self.0.split_at_checked(N * width)?;
        self.0 = rest;
        if width == 2 {
            let (chunks, _) = bytes.as_chunks::<2>();
            for (number, chunk) in numbers.iter_mut().zip(chunks) {
                *number = u32::from(u16::from_le_bytes(*chunk));
            }
        } else {
            let (chunks, _) = bytes.as_chunks::<4>();
            for (number, chunk) in numbers.iter_mut().zip(chunks) {
                *number = u32::from_le_bytes(*chunk);
            }
        }
        Some(numbers)
    }
}

impl Index {
    /// The index as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.number(self.indexed.len() as u32);
        for items in self.indexed.chunks(64) {
            let bits = items.iter().rev();
            let word = bits.fold(0_u64, |word, item| word << 1 | u64::from(item.is_wanted()));
            out.0.extend_from_slice(&word.to_le_bytes());
        }
        let mut last = 0;
        for item in self.indexed.iter().filter(|item| item.is_wanted()) {
            out.numbers(&[item.at().wrapping_sub(last)]);
            last = item.at();
        }
        out.number(self.codes.len() as u32);
        let mut last = Place::default();
        for (number, code) in self.codes.iter().enumerate() {
            out.numbers(&numbers_of(code, number, &mut last));
        }
        out.0
    }

    /// The index that `to_bytes` wrote.
    pub fn from_bytes(bytes: &[u8]) -> Option<Index> {
        let mut input = Reader(bytes);
        let count = input.number()? as usize;
        let (words, rest) = input.0.split_at_checked(count.div_ceil(64) * 8)?;
        input.0 = rest;
        let mut indexed = vec![Indexed::default(); count];
        let mut last = 0_u32;
        let (words, _) = words.as_chunks();
        for (items, word) in indexed.chunks_mut(64).zip(words) {
            let mut word = u64::from_le_bytes(*word);
            while word != 0 {
                let [distance] = input.numbers()?;
                last = last.wrapping_add(distance);
                *items.get_mut(word.trailing_zeros() as usize)? = Indexed::new(last, true);
                word &= word - 1;
            }
        }
        let count = input.count(2 * NUMBERS)?;
        let mut codes = Vec::with_capacity(count);
        let mut last = Place::default();
        for number in 0..count {
            codes.push(code_of(&input.numbers()?, number, &mut last));
        }
        Some(Index {
            indexed: indexed.into(),
            codes,
        })
    }
}

/// The distance of a place from another one, which it becomes.
fn distance(place: Place, last: &mut Place) -> [u32; 2] {
    let from = std::mem::replace(last, place);
    [
        place.at.wrapping_sub(from.at),
        place.index.wrapping_sub(from.index),
    ]
}

/// `last` is where the fields of the code object before this one begin.
fn numbers_of(code: &CodeEntry, number: usize, last: &mut Place) -> [u32; NUMBERS] {
    let [argcount, posonlyargcount, kwonlyargcount, stacksize, flags] = code.counts;
    let [fields_at, fields_index] = distance(code.fields, last);
    let mut inner = code.fields;
    let [first_at, first_index] = code
        .first_constant
        .map_or([0, 0], |place| distance(place, &mut inner));
    let [name_at, name_index] = distance(code.name, &mut inner);
    let [qualname_at, qualname_index] = distance(code.qualname, &mut inner);
    let [end_at, end_index] = distance(code.end, &mut inner);
    [
        argcount,
        posonlyargcount,
        kwonlyargcount,
        stacksize,
        flags,
        code.firstlineno as u32,
        code.nlocalsplus,
        code.nlocals,
        code.ncellvars,
        code.nfreevars,
        fields_at,
        fields_index,
        u32::from(code.first_constant.is_some()),
        first_at,
        first_index,
        name_at,
        name_index,
        qualname_at,
        qualname_index,
        end_at,
        end_index,
        code.next.wrapping_sub(number as u32) << 1 | u32::from(code.has_interned_names),
    ]
}

#[inline(always)]
fn code_of(numbers: &[u32; NUMBERS], number: usize, last: &mut Place) -> CodeEntry {
    let behind = |last: &mut Place, [at, index]: [u32; 2]| {
        last.at = last.at.wrapping_add(at);
        last.index = last.index.wrapping_add(index);
        *last
    };
    let [
        counts @ ..,
        firstlineno,
        nlocalsplus,
        nlocals,
        ncellvars,
        nfreevars,
        fields_at,
        fields_index,
        has_first,
        first_at,
        first_index,
        name_at,
        name_index,
        qualname_at,
        qualname_index,
        end_at,
        end_index,
        extent,
    ] = *numbers;
    let fields = behind(last, [fields_at, fields_index]);
    let mut inner = fields;
    let first_constant = (has_first != 0).then(|| behind(&mut inner, [first_at, first_index]));
    CodeEntry {
        counts,
        firstlineno: firstlineno as i32,
        nlocalsplus,
        nlocals,
        ncellvars,
        nfreevars,
        has_interned_names: extent & 1 != 0,
        next: (number as u32).wrapping_add(extent >> 1),
        fields,
        first_constant,
        name: behind(&mut inner, [name_at, name_index]),
        qualname: behind(&mut inner, [qualname_at, qualname_index]),
        end: behind(&mut inner, [end_at, end_index]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(start: u32) -> CodeEntry {
        let place = |at, index| Place {
            at: start + at,
            index,
        };
        CodeEntry {
            counts: [1, 0, 2, 300, 67],
            firstlineno: -3,
            nlocalsplus: 200,
            nlocals: 3,
            ncellvars: 1,
            nfreevars: 0,
            has_interned_names: start > 0,
            next: 2,
            fields: place(21, 7),
            first_constant: (start > 0).then_some(place(400, 9)),
            name: place(5000, 12),
            qualname: place(5010, 12),
            end: place(70_000, 40),
        }
    }

    #[test]
    fn comes_back_as_it_went() {
        let index = Index {
            indexed: (0..70)
                .map(|item| match item {
                    0 | 2 | 69 => Indexed::new(item * 1_000, true),
                    _ => Indexed::default(),
                })
                .collect(),
            codes: vec![entry(0), entry(500)],
        };
        let bytes = index.to_bytes();
        let read = Index::from_bytes(&bytes).expect("it was just written");
        assert_eq!(format!("{index:?}"), format!("{read:?}"));
        for len in 0..bytes.len() {
            assert!(Index::from_bytes(&bytes[..len]).is_none());
        }
    }
}
