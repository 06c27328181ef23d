//! Searching: `find`, `rfind`, `count` without quadratic cases.
//!
//! Bytes go to `memchr`. Wider units use a plain scan for short needles (whose worst case is the needle's length times the
//! haystack's) and the two-way algorithm of Crochemore and Perrin for long ones, with a table of shifts over the low bits
//! of a unit, as CPython does.
//!
//! CPython 3.11: Objects/stringlib/fastsearch.h.

use memchr::memmem;

use super::Unit;

/// Needles up to this many units are searched by a plain scan.
const NAIVE_MAX: usize = 8;

/// A needle prepared for several searches.
pub struct Finder<'n, U: Unit> {
    needle: &'n [U],
    method: Method<'n>,
}

enum Method<'n> {
    Bytes(Box<memmem::Finder<'n>>),
    Naive,
    TwoWay(Box<TwoWay>),
}

impl<'n, U: Unit> Finder<'n, U> {
    pub fn new(needle: &'n [U]) -> Finder<'n, U> {
        let method = match U::as_bytes(needle) {
            Some(bytes) => Method::Bytes(Box::new(memmem::Finder::new(bytes))),
            None if needle.len() <= NAIVE_MAX => Method::Naive,
            None => Method::TwoWay(Box::new(TwoWay::new(needle))),
        };
        Finder { needle, method }
    }

    /// Position of the first occurrence.
    pub fn find(&self, haystack: &[U]) -> Option<usize> {
        match &self.method {
            Method::Bytes(finder) => finder.find(U::as_bytes(haystack)?),
            Method::Naive => find_naive(haystack, self.needle),
            Method::TwoWay(state) => state.find(haystack, self.needle),
        }
    }

    /// Positions of the occurrences that do not overlap, from the left. The needle must not be empty.
    pub fn find_iter<'h>(&'h self, haystack: &'h [U]) -> impl Iterator<Item = usize> + 'h {
        let mut from = 0;
        std::iter::from_fn(move || {
            let at = from + self.find(haystack.get(from..)?)?;
            from = at + self.needle.len().max(1);
            Some(at)
        })
    }
}

/// Position of the first occurrence of one character.
#[inline]
pub fn find_char<U: Unit>(haystack: &[U], c: u32) -> Option<usize> {
    if c > U::MAX {
        return None;
    }
    match U::as_bytes(haystack) {
        Some(bytes) => memchr::memchr(c as u8, bytes),
        None => {
            let unit = U::from_char(c);
            haystack.iter().position(|&u| u == unit)
        }
    }
}

/// Position of the last occurrence of one character.
#[inline]
pub fn rfind_char<U: Unit>(haystack: &[U], c: u32) -> Option<usize> {
    if c > U::MAX {
        return None;
    }
    match U::as_bytes(haystack) {
        Some(bytes) => memchr::memrchr(c as u8, bytes),
        None => {
            let unit = U::from_char(c);
            haystack.iter().rposition(|&u| u == unit)
        }
    }
}

/// Position of the first occurrence; an empty needle is found at once.
pub fn find<U: Unit>(haystack: &[U], needle: &[U]) -> Option<usize> {
    match needle {
        [] => Some(0),
        [one] => find_char(haystack, one.to_char()),
        _ if needle.len() > haystack.len() => None,
        _ => match (U::as_bytes(haystack), U::as_bytes(needle)) {
            (Some(haystack), Some(needle)) => memmem::find(haystack, needle),
            _ => Finder::new(needle).find(haystack),
        },
    }
}

/// Position of the last occurrence; an empty needle is found at the end.
pub fn rfind<U: Unit>(haystack: &[U], needle: &[U]) -> Option<usize> {
    match needle {
        [] => Some(haystack.len()),
        [one] => rfind_char(haystack, one.to_char()),
        _ if needle.len() > haystack.len() => None,
        _ => match (U::as_bytes(haystack), U::as_bytes(needle)) {
            (Some(haystack), Some(needle)) => memmem::rfind(haystack, needle),
            _ => rfind_wide(haystack, needle),
        },
    }
}

fn rfind_wide<U: Unit>(haystack: &[U], needle: &[U]) -> Option<usize> {
    let mut end = haystack.len() - needle.len() + 1;
    if needle.len() <= NAIVE_MAX {
        while let Some(at) = haystack[..end].iter().rposition(|&u| u == needle[0]) {
            if haystack[at..at + needle.len()] == *needle {
                return Some(at);
            }
            end = at;
        }
        return None;
    }
    let reversed = |units: &[U]| units.iter().rev().copied().collect::<Vec<U>>();
    let (haystack, needle) = (reversed(haystack), reversed(needle));
    let at = TwoWay::new(&needle).find(&haystack, &needle)?;
    Some(haystack.len() - at - needle.len())
}

/// Number of occurrences that do not overlap; `str.count` counts an empty needle between all characters.
pub fn count<U: Unit>(haystack: &[U], needle: &[U]) -> usize {
    match needle {
        [] => haystack.len() + 1,
        [one] => match U::as_bytes(haystack) {
            Some(bytes) => memchr::memchr_iter(one.to_char() as u8, bytes).count(),
            None => haystack.iter().filter(|&u| u == one).count(),
        },
        _ if needle.len() > haystack.len() => 0,
        _ => Finder::new(needle).find_iter(haystack).count(),
    }
}

fn find_naive<U: Unit>(haystack: &[U], needle: &[U]) -> Option<usize> {
    let Some((&first, rest)) = needle.split_first() else {
        return Some(0);
    };
    let last = haystack.len().checked_sub(needle.len())?;
    let mut at = 0;
    while at <= last {
        at += haystack[at..=last].iter().position(|&u| u == first)?;
        if haystack[at + 1..at + needle.len()] == *rest {
            return Some(at);
        }
        at += 1;
    }
    None
}

const TABLE_SIZE: usize = 64;

/// The prepared state of the two-way algorithm.
///
/// The needle is cut at a critical factorisation: the right part is compared left to right, then the left part. If the
/// needle is periodic, the part known to match after a shift by the period is not compared again.
struct TwoWay {
    cut: usize,
    period: usize,
    is_periodic: bool,
    /// By the low bits of a unit: how far the window's last unit is from the needle's last equal unit.
    shifts: [usize; TABLE_SIZE],
}

impl TwoWay {
    fn new<U: Unit>(needle: &[U]) -> TwoWay {
        let (cut_less, period_less) = maximal_suffix(needle, false);
        let (cut_greater, period_greater) = maximal_suffix(needle, true);
        let (cut, mut period) = if cut_less > cut_greater {
            (cut_less, period_less)
        } else {
            (cut_greater, period_greater)
        };
        let is_periodic =
            cut + period <= needle.len() && needle[..cut] == needle[period..period + cut];
        if !is_periodic {
            period = cut.max(needle.len() - cut) + 1;
        }
        let mut shifts = [needle.len(); TABLE_SIZE];
        for (i, unit) in needle.iter().enumerate() {
            shifts[unit.to_char() as usize % TABLE_SIZE] = needle.len() - 1 - i;
        }
        TwoWay {
            cut,
            period,
            is_periodic,
            shifts,
        }
    }

    fn find<U: Unit>(&self, haystack: &[U], needle: &[U]) -> Option<usize> {
        let length = needle.len();
        let mut at = 0;
        // Units at the start of the needle that are known to match at `at`.
        let mut memory = 0;
        while at + length <= haystack.len() {
            let window = &haystack[at..at + length];
            let shift = self.shifts[window[length - 1].to_char() as usize % TABLE_SIZE];
            if shift > 0 {
                // The last unit mismatches beyond the remembered prefix, so that the prefix may also be jumped over;
                // without this a small shift would forget it and lose the linear bound.
                let jump = if memory > 0 {
                    self.cut.max(memory) - self.cut + 1
                } else {
                    0
                };
                at += shift.max(jump);
                memory = 0;
                continue;
            }
            let from = self.cut.max(memory);
            if let Some(i) = (from..length).find(|&i| needle[i] != window[i]) {
                at += i - self.cut + 1;
                memory = 0;
                continue;
            }
            if (memory..self.cut).rev().all(|i| needle[i] == window[i]) {
                return Some(at);
            }
            at += self.period;
            memory = if self.is_periodic {
                length - self.period
            } else {
                0
            };
        }
        None
    }
}

/// Start and period of the lexicographically maximal suffix, by the usual or the inverted order of units.
fn maximal_suffix<U: Unit>(needle: &[U], inverted: bool) -> (usize, usize) {
    let (mut start, mut candidate, mut offset, mut period) = (0, 1, 0, 1);
    while candidate + offset < needle.len() {
        let (a, b) = (needle[candidate + offset], needle[start + offset]);
        let is_less = if inverted { b < a } else { a < b };
        if is_less {
            candidate += offset + 1;
            offset = 0;
            period = candidate - start;
        } else if a == b {
            if offset + 1 == period {
                candidate += period;
                offset = 0;
            } else {
                offset += 1;
            }
        } else {
            start = candidate;
            candidate += 1;
            offset = 0;
            period = 1;
        }
    }
    (start, period)
}
