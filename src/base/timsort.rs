//! CPython's list sort: an adaptive, stable merge sort with a comparison that may fail.
//!
//! A Python program sees every comparison (`__lt__` may print), therefore runs, binary insertion, galloping and the order
//! of merges (powersort) follow CPython step by step; only the storage differs. Elements are `Copy`: the interpreter sorts
//! pointers, or pairs of a key and its value, and no clone or drop happens on the way. After an error the slice is a
//! permutation of its input. If the comparison panics, the slice may hold an element twice, so a caller whose copies own
//! something must not let that happen.
//!
//! CPython 3.11: Objects/listobject.c and Objects/listsort.txt.

/// When one run wins so often in a row, merging starts to gallop.
const MIN_GALLOP: usize = 7;

/// Sort in place by `is_less`, stable.
pub fn sort<T: Copy, E>(
    items: &mut [T],
    is_less: impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<(), E> {
    let length = items.len();
    if length < 2 {
        return Ok(());
    }
    let mut state = MergeState {
        items,
        is_less,
        temp: Vec::new(),
        pending: Vec::new(),
        min_gallop: MIN_GALLOP,
    };
    let minrun = compute_minrun(length);
    let mut start = 0;
    while start < length {
        let remaining = length - start;
        let (mut run, descending) = state.count_run(start)?;
        if descending {
            state.items[start..start + run].reverse();
        }
        if run < minrun {
            let forced = minrun.min(remaining);
            state.binary_sort(start, start + run, start + forced)?;
            run = forced;
        }
        state.found_new_run(run)?;
        state.pending.push(Run {
            start,
            length: run,
            power: 0,
        });
        start += run;
    }
    state.force_collapse()
}

/// As [`sort`] with CPython's `reverse=True`: equal elements keep their order.
pub fn sort_reversed<T: Copy, E>(
    items: &mut [T],
    is_less: impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<(), E> {
    items.reverse();
    let result = sort(items, is_less);
    items.reverse();
    result
}

/// A number from 32 to 64 so that `length / minrun` is close to, but not above, a power of two.
fn compute_minrun(mut length: usize) -> usize {
    let mut rest = 0;
    while length >= 64 {
        rest |= length & 1;
        length >>= 1;
    }
    length + rest
}

/// Depth of a run's boundary in the merge tree: the first bit in which the midpoints of the two runs, as fractions of the
/// whole length, differ.
fn power(start: usize, left: usize, right: usize, length: usize) -> u32 {
    // Twice the midpoints, in u128 so that they cannot overflow.
    let length = length as u128;
    let mut a = 2 * start as u128 + left as u128;
    let mut b = a + left as u128 + right as u128;
    let mut result = 0;
    loop {
        result += 1;
        if a >= length {
            a -= length;
            b -= length;
        } else if b >= length {
            return result;
        }
        a <<= 1;
        b <<= 1;
    }
}

#[derive(Clone, Copy)]
struct Run {
    start: usize,
    length: usize,
    power: u32,
}

struct MergeState<'a, T, F> {
    items: &'a mut [T],
    is_less: F,
    temp: Vec<T>,
    pending: Vec<Run>,
    min_gallop: usize,
}

/// Where a merge stands. `a` runs over the left and `b` over the right run; in `merge_lo` they are the next elements and
/// `dest` the next free place, in `merge_hi` each is one past, since those run downwards.
struct Merge {
    a: usize,
    na: usize,
    b: usize,
    nb: usize,
    dest: usize,
}

/// How a merge ends: put back what the temporary array still holds, or move the other run's rest and place its last one.
enum End {
    PutBack,
    MoveOther,
}

impl<T: Copy, E, F: FnMut(&T, &T) -> Result<bool, E>> MergeState<'_, T, F> {
    /// Length of the run at `start`, and whether it is (strictly) descending.
    fn count_run(&mut self, start: usize) -> Result<(usize, bool), E> {
        let items = &self.items[start..];
        if items.len() < 2 {
            return Ok((items.len(), false));
        }
        let descending = (self.is_less)(&items[1], &items[0])?;
        let mut length = 2;
        while length < items.len()
            && (self.is_less)(&items[length], &items[length - 1])? == descending
        {
            length += 1;
        }
        Ok((length, descending))
    }

    /// Sort `lo..hi` of which `lo..start` is sorted, by binary insertion.
    fn binary_sort(&mut self, lo: usize, start: usize, hi: usize) -> Result<(), E> {
        for at in start.max(lo + 1)..hi {
            let pivot = self.items[at];
            let (mut left, mut right) = (lo, at);
            while left < right {
                let middle = left + ((right - left) >> 1);
                if (self.is_less)(&pivot, &self.items[middle])? {
                    right = middle;
                } else {
                    left = middle + 1;
                }
            }
            self.items.copy_within(left..at, left + 1);
            self.items[left] = pivot;
        }
        Ok(())
    }

    /// Merge waiting runs that belong deeper in the tree than the boundary before the new run.
    fn found_new_run(&mut self, length: usize) -> Result<(), E> {
        let Some(&top) = self.pending.last() else {
            return Ok(());
        };
        let power = power(top.start, top.length, length, self.items.len());
        while let [.., below, _] = self.pending[..]
            && below.power > power
        {
            self.merge_at(self.pending.len() - 2)?;
        }
        if let Some(top) = self.pending.last_mut() {
            top.power = power;
        }
        Ok(())
    }

    fn force_collapse(&mut self) -> Result<(), E> {
        while self.pending.len() > 1 {
            let mut at = self.pending.len() - 2;
            if at > 0 && self.pending[at - 1].length < self.pending[at + 1].length {
                at -= 1;
            }
            self.merge_at(at)?;
        }
        Ok(())
    }

    /// Merge the waiting runs `at` and `at + 1`.
    fn merge_at(&mut self, at: usize) -> Result<(), E> {
        let (left, right) = (self.pending[at], self.pending[at + 1]);
        self.pending[at].length = left.length + right.length;
        self.pending.remove(at + 1);

        // Elements at the outer ends may be in place already.
        let (a, b) = (left.start, right.start);
        let skipped = gallop_right(&self.items[b], &self.items[a..b], 0, &mut self.is_less)?;
        let (a, na) = (a + skipped, left.length - skipped);
        if na == 0 {
            return Ok(());
        }
        let tail = &self.items[b..b + right.length];
        let nb = gallop_left(
            &self.items[b - 1],
            tail,
            right.length - 1,
            &mut self.is_less,
        )?;
        if nb == 0 {
            return Ok(());
        }
        if na <= nb {
            self.merge_lo(a, na, b, nb)
        } else {
            self.merge_hi(a, na, b, nb)
        }
    }

    /// Merge adjacent runs from the left; the shorter left one goes to the temporary array.
    fn merge_lo(&mut self, a: usize, na: usize, b: usize, nb: usize) -> Result<(), E> {
        self.temp.clear();
        self.temp.extend_from_slice(&self.items[a..a + na]);
        let mut m = Merge {
            a: 0,
            na,
            b,
            nb,
            dest: a,
        };
        let end = self.merge_lo_loop(&mut m);
        if let Ok(End::MoveOther) = end {
            self.items.copy_within(m.b..m.b + m.nb, m.dest);
            self.items[m.dest + m.nb] = self.temp[m.a];
        } else {
            self.items[m.dest..m.dest + m.na].copy_from_slice(&self.temp[m.a..m.a + m.na]);
        }
        end.map(|_| ())
    }

    fn take_b_lo(&mut self, m: &mut Merge, count: usize) {
        self.items.copy_within(m.b..m.b + count, m.dest);
        m.b += count;
        m.nb -= count;
        m.dest += count;
    }

    fn take_a_lo(&mut self, m: &mut Merge, count: usize) {
        self.items[m.dest..m.dest + count].copy_from_slice(&self.temp[m.a..m.a + count]);
        m.a += count;
        m.na -= count;
        m.dest += count;
    }

    fn merge_lo_loop(&mut self, m: &mut Merge) -> Result<End, E> {
        self.take_b_lo(m, 1);
        if m.nb == 0 {
            return Ok(End::PutBack);
        }
        if m.na == 1 {
            return Ok(End::MoveOther);
        }
        let mut min_gallop = self.min_gallop;
        loop {
            // One element at a time, until one run seems to win consistently.
            let (mut a_count, mut b_count) = (0, 0);
            loop {
                if (self.is_less)(&self.items[m.b], &self.temp[m.a])? {
                    self.items[m.dest] = self.items[m.b];
                    m.b += 1;
                    m.nb -= 1;
                    m.dest += 1;
                    b_count += 1;
                    a_count = 0;
                    if m.nb == 0 {
                        return Ok(End::PutBack);
                    }
                    if b_count >= min_gallop {
                        break;
                    }
                } else {
                    self.items[m.dest] = self.temp[m.a];
                    m.a += 1;
                    m.na -= 1;
                    m.dest += 1;
                    a_count += 1;
                    b_count = 0;
                    if m.na == 1 {
                        return Ok(End::MoveOther);
                    }
                    if a_count >= min_gallop {
                        break;
                    }
                }
            }
            min_gallop += 1;
            if let Some(end) = self.gallop_lo(m, &mut min_gallop)? {
                return Ok(end);
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }

    /// Gallop until neither run wins consistently any more.
    fn gallop_lo(&mut self, m: &mut Merge, min_gallop: &mut usize) -> Result<Option<End>, E> {
        loop {
            *min_gallop -= usize::from(*min_gallop > 1);
            self.min_gallop = *min_gallop;
            let left = &self.temp[m.a..m.a + m.na];
            let a_count = gallop_right(&self.items[m.b], left, 0, &mut self.is_less)?;
            if a_count > 0 {
                self.take_a_lo(m, a_count);
                if m.na == 1 {
                    return Ok(Some(End::MoveOther));
                }
                // Possible only if the comparison is inconsistent.
                if m.na == 0 {
                    return Ok(Some(End::PutBack));
                }
            }
            self.take_b_lo(m, 1);
            if m.nb == 0 {
                return Ok(Some(End::PutBack));
            }
            let right = &self.items[m.b..m.b + m.nb];
            let b_count = gallop_left(&self.temp[m.a], right, 0, &mut self.is_less)?;
            if b_count > 0 {
                self.take_b_lo(m, b_count);
                if m.nb == 0 {
                    return Ok(Some(End::PutBack));
                }
            }
            self.take_a_lo(m, 1);
            if m.na == 1 {
                return Ok(Some(End::MoveOther));
            }
            if a_count < MIN_GALLOP && b_count < MIN_GALLOP {
                return Ok(None);
            }
        }
    }

    /// Merge adjacent runs from the right; the shorter right one goes to the temporary array.
    fn merge_hi(&mut self, a: usize, na: usize, b: usize, nb: usize) -> Result<(), E> {
        self.temp.clear();
        self.temp.extend_from_slice(&self.items[b..b + nb]);
        let mut m = Merge {
            a: a + na,
            na,
            b: nb,
            nb,
            dest: b + nb,
        };
        let end = self.merge_hi_loop(&mut m);
        if let Ok(End::MoveOther) = end {
            self.items.copy_within(m.a - m.na..m.a, m.dest - m.na);
            self.items[m.dest - m.na - 1] = self.temp[m.b - 1];
        } else {
            self.items[m.dest - m.nb..m.dest].copy_from_slice(&self.temp[..m.nb]);
        }
        end.map(|_| ())
    }

    fn take_a_hi(&mut self, m: &mut Merge, count: usize) {
        self.items.copy_within(m.a - count..m.a, m.dest - count);
        m.a -= count;
        m.na -= count;
        m.dest -= count;
    }

    fn take_b_hi(&mut self, m: &mut Merge, count: usize) {
        let source = &self.temp[m.b - count..m.b];
        self.items[m.dest - count..m.dest].copy_from_slice(source);
        m.b -= count;
        m.nb -= count;
        m.dest -= count;
    }

    fn merge_hi_loop(&mut self, m: &mut Merge) -> Result<End, E> {
        self.take_a_hi(m, 1);
        if m.na == 0 {
            return Ok(End::PutBack);
        }
        if m.nb == 1 {
            return Ok(End::MoveOther);
        }
        let mut min_gallop = self.min_gallop;
        loop {
            let (mut a_count, mut b_count) = (0, 0);
            loop {
                if (self.is_less)(&self.temp[m.b - 1], &self.items[m.a - 1])? {
                    m.a -= 1;
                    m.na -= 1;
                    m.dest -= 1;
                    self.items[m.dest] = self.items[m.a];
                    a_count += 1;
                    b_count = 0;
                    if m.na == 0 {
                        return Ok(End::PutBack);
                    }
                    if a_count >= min_gallop {
                        break;
                    }
                } else {
                    m.b -= 1;
                    m.nb -= 1;
                    m.dest -= 1;
                    self.items[m.dest] = self.temp[m.b];
                    b_count += 1;
                    a_count = 0;
                    if m.nb == 1 {
                        return Ok(End::MoveOther);
                    }
                    if b_count >= min_gallop {
                        break;
                    }
                }
            }
            min_gallop += 1;
            if let Some(end) = self.gallop_hi(m, &mut min_gallop)? {
                return Ok(end);
            }
            min_gallop += 1;
            self.min_gallop = min_gallop;
        }
    }

    fn gallop_hi(&mut self, m: &mut Merge, min_gallop: &mut usize) -> Result<Option<End>, E> {
        loop {
            *min_gallop -= usize::from(*min_gallop > 1);
            self.min_gallop = *min_gallop;
            let left = &self.items[m.a - m.na..m.a];
            let key = &self.temp[m.b - 1];
            let a_count = m.na - gallop_right(key, left, m.na - 1, &mut self.is_less)?;
            if a_count > 0 {
                self.take_a_hi(m, a_count);
                if m.na == 0 {
                    return Ok(Some(End::PutBack));
                }
            }
            self.take_b_hi(m, 1);
            if m.nb == 1 {
                return Ok(Some(End::MoveOther));
            }
            let right = &self.temp[..m.nb];
            let key = &self.items[m.a - 1];
            let b_count = m.nb - gallop_left(key, right, m.nb - 1, &mut self.is_less)?;
            if b_count > 0 {
                self.take_b_hi(m, b_count);
                if m.nb == 1 {
                    return Ok(Some(End::MoveOther));
                }
                // Possible only if the comparison is inconsistent.
                if m.nb == 0 {
                    return Ok(Some(End::PutBack));
                }
            }
            self.take_a_hi(m, 1);
            if m.na == 0 {
                return Ok(Some(End::PutBack));
            }
            if a_count < MIN_GALLOP && b_count < MIN_GALLOP {
                return Ok(None);
            }
        }
    }
}

/// Where `key` belongs in the sorted `items`, before any equal ones; the search spreads out from `hint`.
fn gallop_left<T, E>(
    key: &T,
    items: &[T],
    hint: usize,
    is_less: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<usize, E> {
    gallop(items.len(), hint, |i| is_less(&items[i], key))
}

/// Where `key` belongs in the sorted `items`, after any equal ones; the search spreads out from `hint`.
fn gallop_right<T, E>(
    key: &T,
    items: &[T],
    hint: usize,
    is_less: &mut impl FnMut(&T, &T) -> Result<bool, E>,
) -> Result<usize, E> {
    gallop(items.len(), hint, |i| Ok(!is_less(key, &items[i])?))
}

/// The first of `0..length` that does not lie before the sought place: doubling steps from `hint`, then bisection.
fn gallop<E>(
    length: usize,
    hint: usize,
    mut is_before: impl FnMut(usize) -> Result<bool, E>,
) -> Result<usize, E> {
    let mut last = 0;
    let mut offset = 1;
    // Everything below `low` lies before the place, `high` does not.
    let (mut low, mut high);
    if is_before(hint)? {
        let limit = length - hint;
        while offset < limit && is_before(hint + offset)? {
            last = offset;
            offset = offset * 2 + 1;
        }
        low = hint + last + 1;
        high = hint + offset.min(limit);
    } else {
        let limit = hint + 1;
        while offset < limit && !is_before(hint - offset)? {
            last = offset;
            offset = offset * 2 + 1;
        }
        low = hint + 1 - offset.min(limit);
        high = hint - last;
    }
    while low < high {
        let middle = low + ((high - low) >> 1);
        if is_before(middle)? {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    Ok(low)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A generator that the recording script has too.
    fn sequence(seed: u32, length: usize, below: u32) -> Vec<u32> {
        let mut state = seed;
        let mut out = Vec::with_capacity(length);
        for _ in 0..length {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            out.push((state >> 8) % below);
        }
        out
    }

    /// Random, ascending, descending, two interleaved runs, blocks.
    fn shape(kind: u32, length: usize) -> Vec<u32> {
        let mut items = sequence(
            kind + length as u32,
            length,
            1 + length as u32 / (1 + kind % 3),
        );
        match kind % 6 {
            1 => items.sort(),
            2 => items.sort_by(|a, b| b.cmp(a)),
            3 => items[..length / 2].sort(),
            4 => {
                items[..length / 3].sort();
                items[length / 3..].sort();
            }
            5 => items.chunks_mut(50).for_each(|chunk| chunk.sort()),
            _ => {}
        }
        items
    }

    /// Count of comparisons and a digest of their order.
    fn trace(kind: u32, length: usize) -> (u32, u32) {
        let mut items: Vec<(u32, usize)> = shape(kind, length).into_iter().zip(0..).collect();
        let (mut count, mut digest) = (0u32, 0u32);
        let result: Result<(), ()> = sort(&mut items, |a, b| {
            count += 1;
            digest = digest
                .wrapping_mul(31)
                .wrapping_add(a.1 as u32 * 7 + b.1 as u32);
            Ok(a.0 < b.0)
        });
        assert_eq!(result, Ok(()));
        assert!(
            items.windows(2).all(|w| w[0] <= w[1]),
            "not stable or not sorted"
        );
        (count, digest)
    }

    #[test]
    fn comparisons_are_cpythons() {
        #[rustfmt::skip]
        let recorded = [
            (0, 2, 1, 7), (1, 2, 1, 7), (2, 2, 1, 7), (3, 2, 1, 7),
            (4, 2, 1, 7), (5, 2, 1, 7), (6, 2, 1, 7), (7, 2, 1, 7),
            (8, 2, 1, 7), (9, 2, 1, 7), (10, 2, 1, 7), (11, 2, 1, 7),
            (0, 3, 4, 223431), (1, 3, 2, 232), (2, 3, 4, 223431), (3, 3, 4, 223401),
            (4, 3, 3, 7206), (5, 3, 2, 232), (6, 3, 4, 223431), (7, 3, 2, 232),
            (8, 3, 4, 223431), (9, 3, 4, 223401), (10, 3, 2, 232), (11, 3, 2, 232),
            (0, 10, 22, 3837872689), (1, 10, 9, 467796135), (2, 10, 25, 1616332867), (3, 10, 20, 1157608667),
            (4, 10, 22, 871407380), (5, 10, 9, 467796135), (6, 10, 22, 3245238842), (7, 10, 9, 467796135),
            (8, 10, 23, 4088198159), (9, 10, 21, 2560321829), (10, 10, 22, 3946479394), (11, 10, 9, 467796135),
            (0, 63, 296, 4257036216), (1, 63, 62, 3108635672), (2, 63, 305, 979689283), (3, 63, 212, 3967176253),
            (4, 63, 247, 134917217), (5, 63, 128, 1745601694), (6, 63, 298, 4157042421), (7, 63, 62, 3108635672),
            (8, 63, 300, 845070905), (9, 63, 214, 3423842910), (10, 63, 242, 1188390432), (11, 63, 125, 3353792381),
            (0, 64, 303, 3054350114), (1, 64, 63, 1878425823), (2, 64, 268, 49795520), (3, 64, 216, 2101894593),
            (4, 64, 157, 402207975), (5, 64, 112, 4267937175), (6, 64, 310, 36157586), (7, 64, 63, 1878425823),
            (8, 64, 267, 976155227), (9, 64, 215, 3172837626), (10, 64, 158, 3497623288), (11, 64, 121, 3787495169),
            (0, 65, 303, 9457033), (1, 65, 64, 2396626176), (2, 65, 277, 1321325885), (3, 65, 217, 2003949527),
            (4, 65, 166, 228470301), (5, 65, 125, 3928316301), (6, 65, 311, 2119854302), (7, 65, 64, 2396626176),
            (8, 65, 273, 266783750), (9, 65, 218, 3265078962), (10, 65, 157, 2187399952), (11, 65, 126, 1506909862),
            (0, 100, 532, 3994840643), (1, 100, 99, 1799857071), (2, 100, 474, 2614848527), (3, 100, 371, 4073685084),
            (4, 100, 253, 2297736022), (5, 100, 197, 3909901513), (6, 100, 533, 2839232609), (7, 100, 99, 1799857071),
            (8, 100, 468, 3183480333), (9, 100, 362, 3881909479), (10, 100, 253, 1609946952), (11, 100, 198, 2442339568),
            (0, 257, 1718, 579820374), (1, 257, 256, 4247155712), (2, 257, 1149, 1127438513), (3, 257, 1121, 947847029),
            (4, 257, 505, 59781445), (5, 257, 915, 4246890478), (6, 257, 1721, 3746289660), (7, 257, 256, 4247155712),
            (8, 257, 1138, 995179875), (9, 257, 1120, 1417112162), (10, 257, 509, 1725887227), (11, 257, 914, 3711396744),
            (0, 1000, 8618, 812098842), (1, 1000, 999, 492956159), (2, 1000, 5129, 2712593334), (3, 1000, 5338, 2114870888),
            (4, 1000, 2004, 3942949594), (5, 1000, 7432, 3130680731), (6, 1000, 8646, 3216735535), (7, 1000, 999, 492956159),
            (8, 1000, 5138, 1344661787), (9, 1000, 5323, 1140010019), (10, 1000, 1996, 1845993622), (11, 1000, 7414, 1672117524),
            (0, 5000, 54945, 1614585855), (1, 5000, 4999, 2040701567), (2, 5000, 23297, 1863280475), (3, 5000, 32464, 189036165),
            (4, 5000, 10001, 572214024), (5, 5000, 38410, 648373652), (6, 5000, 54883, 4016709482), (7, 5000, 4999, 2040701567),
            (8, 5000, 23335, 3977792249), (9, 5000, 32449, 4252887615), (10, 5000, 10000, 2536272860), (11, 5000, 38395, 2342987519),
        ];
        for (kind, length, count, digest) in recorded {
            assert_eq!(
                trace(kind, length),
                (count, digest),
                "shape {kind} of {length}"
            );
        }
    }

    #[test]
    fn error_leaves_a_permutation() {
        for kind in 0..6 {
            let items = shape(kind, 500);
            let mut expected = items.clone();
            expected.sort();
            for limit in (0..4000).step_by(37) {
                let mut sorted = items.clone();
                let mut count = 0;
                let _ = sort(&mut sorted, |a, b| {
                    count += 1;
                    if count > limit { Err(()) } else { Ok(a < b) }
                });
                sorted.sort();
                assert_eq!(sorted, expected);
            }
        }
    }

    #[test]
    fn inconsistent_comparison_ends() {
        for seed in 0..50 {
            let mut items = shape(0, 700);
            let mut state = seed;
            let result: Result<(), ()> = sort(&mut items, |_, _| {
                state = u32::wrapping_mul(state, 1664525).wrapping_add(1013904223);
                Ok(state >> 31 == 0)
            });
            assert_eq!(result, Ok(()));
        }
    }
}
