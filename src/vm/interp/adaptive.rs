//! Counters of adaptive instructions, and how an instruction changes its form.
//!
//! An adaptive instruction has its counter in the first unit of its inline cache. It counts down; at zero the family's `specialise` looks
//! at the operands and rewrites the instruction. A specialised form whose guard fails counts its own counter down and becomes adaptive again
//! at zero. Failures back off exponentially, so a site with changing types costs one decrement.
//!
//! CPython 3.11: `adaptive_counter_*` in `Include/internal/pycore_code.h`, PEP 659.

use super::stack::Regs;
use bytecode::Opcode;

const BACKOFF_BITS: u32 = 4;
const MAX_BACKOFF: u16 = 12;
/// A specialised form may miss this often before it is given up.
const MISSES: u16 = 53;

/// A counter: value in the upper bits, exponent of the backoff in the lower four.
const fn counter(value: u16, backoff: u16) -> u16 {
    value << BACKOFF_BITS | backoff
}

/// Counts an adaptive execution; true when it is time to specialise.
#[inline(always)]
pub fn tick(r: &mut Regs) -> bool {
    let word = r.unit(0);
    if word >> BACKOFF_BITS == 0 {
        return true;
    }
    r.set_unit(0, word - (1 << BACKOFF_BITS));
    false
}

/// The site could not be specialised: wait longer before the next try.
pub fn back_off(r: &mut Regs) {
    let backoff = ((r.unit(0) & 15) + 1).min(MAX_BACKOFF);
    r.set_unit(0, counter((1 << backoff) - 1, backoff));
}

/// Makes the running instruction a specialised form. The next execution uses it.
pub fn specialise_to(r: &mut Regs, opcode: Opcode) {
    let unit = r.unit_before() & 0xff00 | opcode as u16;
    r.set_unit(-1, unit);
    r.set_unit(0, counter(MISSES, 3));
}

/// A guard failed: count, and go back to the adaptive form when it fails too often.
#[inline(always)]
pub fn miss(r: &mut Regs, adaptive: Opcode) {
    r.out_of_line(move |r| miss_slow(r, adaptive));
}

#[inline(never)]
#[cold]
fn miss_slow(r: &mut Regs, adaptive: Opcode) {
    let word = r.unit(0);
    if word >> BACKOFF_BITS == 0 {
        let unit = r.unit_before() & 0xff00 | adaptive as u16;
        r.set_unit(-1, unit);
        back_off(r);
    } else {
        r.set_unit(0, word - (1 << BACKOFF_BITS));
    }
}
