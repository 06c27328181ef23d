//! The matcher: a backtracking machine with a stack of its own, so that no pattern or text can exhaust the native one.
//!
//! The stack holds choices (where to go on when the present way fails) and what to undo on the way back to them (marks, counters), in one
//! sequence. A lookaround or an atomic group is a barrier on the stack; when its body has matched, the choices above the barrier go and
//! what is to be undone stays.
//!
//! CPython 3.11: `SRE(match)`, `SRE(search)` in `Modules/_sre/sre_lib.h`.

use super::charset::{Fold, Single, in_category, is_unicode_word};
use super::program::{Inst, MAXREPEAT, Mode, Program};
use base::text::{Unit, find};
use vm::context::{PyErr, PyResult, Vm};

/// A mark that is not set.
pub const UNSET: usize = usize::MAX;
const NO_REPEAT: usize = usize::MAX;
/// Steps between two looks at whether the interpreter wants something.
const STEPS: u32 = 1 << 16;

/// What is tried, and its result.
pub struct State {
    /// Start of the match.
    pub start: usize,
    /// End of the match.
    pub end: usize,
    /// Start and end of each group.
    pub marks: Vec<usize>,
    /// The group closed last, from 1; 0 for none.
    pub last_index: usize,
    stack: Vec<Back>,
    repeats: Vec<Repetition>,
    repeat: usize,
    barriers: Vec<usize>,
    steps: u32,
}

/// A repetition under way.
#[derive(Clone, Copy)]
struct Repetition {
    inst: usize,
    count: i64,
    /// Where the last iteration began.
    last: usize,
    previous: usize,
}

/// What a barrier does when everything above it has failed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Barrier {
    /// Fails.
    Fail,
    /// Goes on at an instruction.
    GoOn(usize),
}

#[derive(Clone, Copy)]
enum Back {
    /// Go on there.
    Try {
        pc: usize,
        at: usize,
    },
    /// Give back one repetition of the `RepeatOne` and go on behind it.
    Fewer {
        pc: usize,
        least: usize,
        at: usize,
    },
    /// Take one repetition more.
    More {
        pc: usize,
        at: usize,
        left: usize,
    },
    /// Try the tail of a greedy repetition.
    Tail {
        repeat: usize,
        at: usize,
    },
    /// Try another iteration of a lazy repetition.
    Again {
        repeat: usize,
        at: usize,
    },
    Mark {
        index: usize,
        old: usize,
    },
    LastIndex(usize),
    Count {
        repeat: usize,
        count: i64,
        last: usize,
    },
    Repeat(usize),
    PopRepeat(usize),
    Barrier {
        kind: Barrier,
        at: usize,
        pc: usize,
    },
}

/// What is searched and how far.
pub struct Request<'a, U: Unit> {
    /// The program.
    pub program: &'a Program,
    /// The text up to `endpos`.
    pub text: &'a [U],
    /// Whether the match must reach the end.
    pub match_all: bool,
    /// A position at which an empty match does not count.
    pub not_empty_at: Option<usize>,
}

#[cold]
fn invalid(vm: &Vm) -> PyErr {
    vm.runtime_error("invalid SRE code")
}

impl State {
    /// For a pattern with this many groups.
    pub fn new(groups: usize) -> State {
        State {
            start: 0,
            end: 0,
            marks: vec![UNSET; 2 * groups],
            last_index: 0,
            stack: Vec::new(),
            repeats: Vec::new(),
            repeat: NO_REPEAT,
            barriers: Vec::new(),
            steps: STEPS,
        }
    }

    fn reset(&mut self, start: usize) {
        self.start = start;
        self.marks.fill(UNSET);
        self.last_index = 0;
        self.stack.clear();
        self.repeats.clear();
        self.repeat = NO_REPEAT;
        self.barriers.clear();
    }

    #[inline(always)]
    fn push(&mut self, vm: &Vm, back: Back) -> PyResult<()> {
        if self.stack.len() == self.stack.capacity() {
            vm.try_reserve(self.stack.len() * 2 * size_of::<Back>())?;
        }
        self.stack.push(back);
        Ok(())
    }

    /// `pattern.match` at a position.
    pub fn match_at<U: Unit>(
        &mut self,
        vm: &Vm,
        request: &Request<'_, U>,
        start: usize,
    ) -> PyResult<bool> {
        self.reset(start);
        self.run(vm, request, start)
    }

    /// `pattern.search` from a position.
    pub fn search<U: Unit>(
        &mut self,
        vm: &Vm,
        request: &Request<'_, U>,
        start: usize,
    ) -> PyResult<bool> {
        let info = &request.program.info;
        let text = request.text;
        let Some(last) = text.len().checked_sub(info.min) else {
            return Ok(false);
        };
        if start > last {
            return Ok(false);
        }
        if request.program.anchored {
            if start > 0 {
                return Ok(false);
            }
            return self.match_at(vm, request, 0);
        }
        let prefix = if info.prefix.iter().all(|&c| c <= U::MAX) {
            info.prefix
                .iter()
                .map(|&c| U::from_char(c))
                .collect::<Vec<U>>()
        } else {
            return Ok(false);
        };
        let finder = (prefix.len() > 1).then(|| find::Finder::new(&prefix));
        let mut at = start;
        while at <= last {
            if let Some(finder) = &finder {
                let Some(found) = finder.find(&text[at..]) else {
                    return Ok(false);
                };
                at += found;
            } else if let [c] = prefix[..] {
                let Some(found) = find::find_char(&text[at..], c.to_char()) else {
                    return Ok(false);
                };
                at += found;
            } else if let Some(set) = &info.first {
                let Some(found) = text[at..].iter().position(|c| set.contains(c.to_char())) else {
                    return Ok(false);
                };
                at += found;
            }
            if at > last {
                return Ok(false);
            }
            if self.match_at(vm, request, at)? {
                return Ok(true);
            }
            at += 1;
        }
        Ok(false)
    }

    fn run<U: Unit>(&mut self, vm: &Vm, request: &Request<'_, U>, start: usize) -> PyResult<bool> {
        let insts = &request.program.insts[..];
        let text = request.text;
        let (mut pc, mut at) = (0, start);
        loop {
            self.steps -= 1;
            if self.steps == 0 {
                self.steps = STEPS;
                check_interrupt(vm)?;
            }
            let went_on = match &insts[pc] {
                Inst::Single(single) => match text.get(at) {
                    Some(c) if single.test(c.to_char()) => {
                        at += 1;
                        pc += 1;
                        true
                    }
                    _ => false,
                },
                Inst::Mark(index) => {
                    self.mark(vm, *index, at)?;
                    pc += 1;
                    true
                }
                Inst::Jump(target) => {
                    pc = *target;
                    true
                }
                Inst::Split(other) => {
                    self.push(vm, Back::Try { pc: *other, at })?;
                    pc += 1;
                    true
                }
                Inst::RepeatOne {
                    min,
                    max,
                    item,
                    mode,
                } => {
                    self.repeat_one(vm, insts, text, &mut pc, &mut at, (*min, *max), item, *mode)?
                }
                Inst::At(code) => {
                    let holds = at_position(*code, text, at);
                    pc += 1;
                    holds
                }
                Inst::Success => {
                    let refused = request.match_all && at != text.len()
                        || request.not_empty_at == Some(at) && at == start;
                    if !refused {
                        self.end = at;
                        return Ok(true);
                    }
                    false
                }
                Inst::Fail => false,
                Inst::GroupRef(group, fold) => {
                    pc += 1;
                    self.group_again(text, *group, *fold, &mut at)
                }
                Inst::GroupRefExists(group, other) => {
                    let (from, to) = (self.marks[2 * group], self.marks[2 * group + 1]);
                    let matched = from != UNSET && to != UNSET && to >= from;
                    pc = if matched { pc + 1 } else { *other };
                    true
                }
                Inst::Assert { back, negate, next } => match at.checked_sub(*back) {
                    Some(before) => {
                        let kind = if *negate {
                            Barrier::GoOn(*next)
                        } else {
                            Barrier::Fail
                        };
                        self.barrier(vm, kind, at, pc)?;
                        at = before;
                        pc += 1;
                        true
                    }
                    None if *negate => {
                        pc = *next;
                        true
                    }
                    None => false,
                },
                Inst::AssertEnd => self.assert_end(vm, &mut pc, &mut at)?,
                Inst::Atomic => {
                    self.barrier(vm, Barrier::Fail, at, pc)?;
                    pc += 1;
                    true
                }
                Inst::AtomicEnd => {
                    self.close_barrier(vm)?;
                    pc += 1;
                    true
                }
                Inst::Repeat(until) => {
                    let previous = self.repeat;
                    self.push(vm, Back::PopRepeat(previous))?;
                    self.repeats.push(Repetition {
                        inst: *until,
                        count: -1,
                        last: UNSET,
                        previous,
                    });
                    self.repeat = self.repeats.len() - 1;
                    pc = *until;
                    true
                }
                Inst::Until {
                    min,
                    max,
                    body,
                    greedy,
                } => {
                    self.until(vm, &mut pc, at, (*min, *max), *body, *greedy)?;
                    true
                }
                Inst::Possessive { min, max, body } => {
                    self.possessive(vm, &mut pc, at, (*min, *max), *body)?
                }
            };
            if !went_on && !self.back(vm, insts, text, &mut pc, &mut at)? {
                return Ok(false);
            }
        }
    }

    fn mark(&mut self, vm: &Vm, index: usize, at: usize) -> PyResult<()> {
        let old = self.marks[index];
        self.push(vm, Back::Mark { index, old })?;
        self.marks[index] = at;
        if index & 1 == 1 {
            let old = self.last_index;
            self.push(vm, Back::LastIndex(old))?;
            self.last_index = index / 2 + 1;
        }
        Ok(())
    }

    fn group_again<U: Unit>(&self, text: &[U], group: usize, fold: Fold, at: &mut usize) -> bool {
        let (from, to) = (self.marks[2 * group], self.marks[2 * group + 1]);
        if from == UNSET || to == UNSET || to < from {
            return false;
        }
        let len = to - from;
        if text.len() - *at < len {
            return false;
        }
        let same = |a: &U, b: &U| fold.apply(a.to_char()) == fold.apply(b.to_char());
        let found = text[from..to]
            .iter()
            .zip(&text[*at..])
            .all(|(a, b)| same(a, b));
        *at += len;
        found
    }

    fn barrier(&mut self, vm: &Vm, kind: Barrier, at: usize, pc: usize) -> PyResult<()> {
        self.barriers.push(self.stack.len());
        self.push(vm, Back::Barrier { kind, at, pc })
    }

    /// Drops the choices above the innermost barrier, and the barrier; gives its kind, position and instruction.
    fn close_barrier(&mut self, vm: &Vm) -> PyResult<(Barrier, usize, usize)> {
        let height = self.barriers.pop().ok_or_else(|| invalid(vm))?;
        let Some(&Back::Barrier { kind, at, pc }) = self.stack.get(height) else {
            return Err(invalid(vm));
        };
        let mut kept = height;
        for index in height + 1..self.stack.len() {
            let undo = matches!(
                self.stack[index],
                Back::Mark { .. }
                    | Back::LastIndex(_)
                    | Back::Count { .. }
                    | Back::Repeat(_)
                    | Back::PopRepeat(_)
            );
            if undo {
                self.stack[kept] = self.stack[index];
                kept += 1;
            }
        }
        self.stack.truncate(kept);
        Ok((kind, at, pc))
    }

    fn assert_end(&mut self, vm: &Vm, pc: &mut usize, at: &mut usize) -> PyResult<bool> {
        let height = *self.barriers.last().ok_or_else(|| invalid(vm))?;
        match self.stack.get(height) {
            Some(&Back::Barrier {
                kind: Barrier::Fail,
                ..
            }) => {
                let (_, before, _) = self.close_barrier(vm)?;
                *at = before;
                *pc += 1;
                Ok(true)
            }
            Some(_) => {
                // The body of a negative lookaround matched: undo it and fail.
                while self.stack.len() > height + 1 {
                    if let Some(back) = self.stack.pop() {
                        self.undo(back);
                    }
                }
                self.stack.pop();
                self.barriers.pop();
                Ok(false)
            }
            None => Err(invalid(vm)),
        }
    }

    fn set_count(
        &mut self,
        vm: &Vm,
        repeat: usize,
        count: i64,
        last: Option<usize>,
    ) -> PyResult<()> {
        let Repetition {
            count: old_count,
            last: old_last,
            ..
        } = self.repeats[repeat];
        self.push(
            vm,
            Back::Count {
                repeat,
                count: old_count,
                last: old_last,
            },
        )?;
        let repetition = &mut self.repeats[repeat];
        repetition.count = count;
        if let Some(last) = last {
            repetition.last = last;
        }
        Ok(())
    }

    fn set_repeat(&mut self, vm: &Vm, repeat: usize) -> PyResult<()> {
        self.push(vm, Back::Repeat(self.repeat))?;
        self.repeat = repeat;
        Ok(())
    }

    fn current(&self, vm: &Vm) -> PyResult<Repetition> {
        self.repeats
            .get(self.repeat)
            .copied()
            .ok_or_else(|| invalid(vm))
    }

    fn until(
        &mut self,
        vm: &Vm,
        pc: &mut usize,
        at: usize,
        limits: (u32, u32),
        body: usize,
        greedy: bool,
    ) -> PyResult<()> {
        let (min, max) = limits;
        let repetition = self.current(vm)?;
        let repeat = self.repeat;
        let count = repetition.count + 1;
        if count < i64::from(min) {
            self.set_count(vm, repeat, count, None)?;
            *pc = body;
            return Ok(());
        }
        if !greedy {
            self.set_count(vm, repeat, count, None)?;
            self.push(vm, Back::Again { repeat, at })?;
            self.set_repeat(vm, repetition.previous)?;
            *pc += 1;
            return Ok(());
        }
        if (count < i64::from(max) || max == MAXREPEAT) && at != repetition.last {
            self.push(vm, Back::Tail { repeat, at })?;
            self.set_count(vm, repeat, count, Some(at))?;
            *pc = body;
            return Ok(());
        }
        self.set_repeat(vm, repetition.previous)?;
        *pc += 1;
        Ok(())
    }

    fn possessive(
        &mut self,
        vm: &Vm,
        pc: &mut usize,
        at: usize,
        limits: (u32, u32),
        body: usize,
    ) -> PyResult<bool> {
        let (min, max) = limits;
        let repetition = self.current(vm)?;
        let repeat = self.repeat;
        let count = repetition.count + 1;
        if count > 0 {
            self.close_barrier(vm)?;
        }
        let least = i64::from(min);
        if count >= least && (count >= i64::from(max) && max != MAXREPEAT || at == repetition.last)
        {
            self.set_repeat(vm, repetition.previous)?;
            *pc += 1;
            return Ok(true);
        }
        self.set_count(vm, repeat, count, Some(at))?;
        let kind = if count >= least {
            Barrier::GoOn(*pc + 1)
        } else {
            Barrier::Fail
        };
        self.barrier(vm, kind, at, *pc)?;
        *pc = body;
        Ok(true)
    }

    fn repeat_one<U: Unit>(
        &mut self,
        vm: &Vm,
        insts: &[Inst],
        text: &[U],
        pc: &mut usize,
        at: &mut usize,
        limits: (u32, u32),
        item: &Single,
        mode: Mode,
    ) -> PyResult<bool> {
        let (min, max) = (limits.0 as usize, limits.1);
        let left = text.len() - *at;
        if min > left {
            return Ok(false);
        }
        let max = if max == MAXREPEAT {
            left
        } else {
            left.min(max as usize)
        };
        if mode == Mode::Lazy {
            if count(&text[*at..*at + min], item) < min {
                return Ok(false);
            }
            *at += min;
            if max > min {
                let back = Back::More {
                    pc: *pc,
                    at: *at,
                    left: max - min,
                };
                self.push(vm, back)?;
            }
            *pc += 1;
            return Ok(true);
        }
        let taken = count(&text[*at..*at + max], item);
        if taken < min {
            return Ok(false);
        }
        let least = *at + min;
        *at += taken;
        if mode == Mode::Greedy && taken > min {
            return self.give_back(vm, insts, text, pc, at, least);
        }
        *pc += 1;
        Ok(true)
    }

    /// Goes on behind a greedy `RepeatOne` at the last position where the tail may begin.
    fn give_back<U: Unit>(
        &mut self,
        vm: &Vm,
        insts: &[Inst],
        text: &[U],
        pc: &mut usize,
        at: &mut usize,
        least: usize,
    ) -> PyResult<bool> {
        if let Some(Inst::Single(Single::Literal {
            c,
            fold: Fold::Exact,
            negate: false,
        })) = insts.get(*pc + 1)
        {
            let end = text.len().min(*at + 1);
            match find::rfind_char(&text[least..end], *c) {
                Some(found) => *at = least + found,
                None => return Ok(false),
            }
        }
        if *at > least {
            let back = Back::Fewer {
                pc: *pc,
                least,
                at: *at,
            };
            self.push(vm, back)?;
        }
        *pc += 1;
        Ok(true)
    }

    fn undo(&mut self, back: Back) {
        match back {
            Back::Mark { index, old } => self.marks[index] = old,
            Back::LastIndex(old) => self.last_index = old,
            Back::Count {
                repeat,
                count,
                last,
            } => {
                if let Some(repetition) = self.repeats.get_mut(repeat) {
                    repetition.count = count;
                    repetition.last = last;
                }
            }
            Back::Repeat(old) => self.repeat = old,
            Back::PopRepeat(old) => {
                self.repeats.pop();
                self.repeat = old;
            }
            Back::Barrier { .. } => {
                self.barriers.pop();
            }
            _ => {}
        }
    }

    /// Goes back to the last choice; false if there is none.
    fn back<U: Unit>(
        &mut self,
        vm: &Vm,
        insts: &[Inst],
        text: &[U],
        pc: &mut usize,
        at: &mut usize,
    ) -> PyResult<bool> {
        while let Some(back) = self.stack.pop() {
            match back {
                Back::Try {
                    pc: other,
                    at: there,
                } => {
                    (*pc, *at) = (other, there);
                    return Ok(true);
                }
                Back::Fewer {
                    pc: repeat,
                    least,
                    at: there,
                } => {
                    (*pc, *at) = (repeat, there - 1);
                    if self.give_back(vm, insts, text, pc, at, least)? {
                        return Ok(true);
                    }
                }
                Back::More {
                    pc: repeat,
                    at: there,
                    left,
                } => {
                    let Some(Inst::RepeatOne { item, .. }) = insts.get(repeat) else {
                        continue;
                    };
                    if text.get(there).is_some_and(|c| item.test(c.to_char())) {
                        (*pc, *at) = (repeat + 1, there + 1);
                        if left > 1 {
                            let back = Back::More {
                                pc: repeat,
                                at: *at,
                                left: left - 1,
                            };
                            self.push(vm, back)?;
                        }
                        return Ok(true);
                    }
                }
                Back::Tail { repeat, at: there } => {
                    let repetition = self.repeats[repeat];
                    *pc = repetition.inst + 1;
                    *at = there;
                    self.set_repeat(vm, repetition.previous)?;
                    return Ok(true);
                }
                Back::Again { repeat, at: there } => {
                    let repetition = self.repeats[repeat];
                    let Some(&Inst::Until { max, body, .. }) = insts.get(repetition.inst) else {
                        continue;
                    };
                    if repetition.count >= i64::from(max) && max != MAXREPEAT
                        || there == repetition.last
                    {
                        continue;
                    }
                    self.set_repeat(vm, repeat)?;
                    self.set_count(vm, repeat, repetition.count, Some(there))?;
                    (*pc, *at) = (body, there);
                    return Ok(true);
                }
                Back::Barrier {
                    kind,
                    at: there,
                    pc: begin,
                } => {
                    self.barriers.pop();
                    if let Barrier::GoOn(next) = kind {
                        (*pc, *at) = (next, there);
                        if matches!(insts.get(begin), Some(Inst::Possessive { .. })) {
                            let previous = self.current(vm)?.previous;
                            self.set_repeat(vm, previous)?;
                        }
                        return Ok(true);
                    }
                }
                undo => self.undo(undo),
            }
        }
        Ok(false)
    }
}

/// Lets signals and limits stop a match that takes long.
#[cold]
fn check_interrupt(vm: &Vm) -> PyResult<()> {
    if vm.heap.is_over_limit() {
        return Err(vm.no_memory());
    }
    Ok(())
}

/// Length of the run of characters that pass.
fn count<U: Unit>(text: &[U], item: &Single) -> usize {
    let run = |wanted: &dyn Fn(u32) -> bool| text.iter().position(|c| !wanted(c.to_char()));
    let end = match item {
        Single::AnyAll => None,
        Single::Any => find::find_char(text, 10),
        Single::Literal {
            c,
            fold: Fold::Exact,
            negate: true,
        } => find::find_char(text, *c),
        Single::Literal {
            c,
            fold: Fold::Exact,
            negate: false,
        } => text.iter().position(|unit| unit.to_char() != *c),
        Single::Set {
            set,
            fold: Fold::Exact,
        } => text.iter().position(|c| !set.contains(c.to_char())),
        other => run(&|c| other.test(c)),
    };
    end.unwrap_or(text.len())
}

fn at_position<U: Unit>(code: u32, text: &[U], at: usize) -> bool {
    let is_newline = |at: usize| text.get(at).is_some_and(|c| c.to_char() == 10);
    let is_word = |at: Option<usize>, word: &dyn Fn(u32) -> bool| {
        at.and_then(|at| text.get(at))
            .is_some_and(|c| word(c.to_char()))
    };
    let boundary = |word: &dyn Fn(u32) -> bool| {
        !text.is_empty() && is_word(at.checked_sub(1), word) != is_word(Some(at), word)
    };
    let ascii: &dyn Fn(u32) -> bool = &|c| in_category(4, c);
    match code {
        0 | 2 => at == 0,
        1 => at == 0 || is_newline(at - 1),
        3 | 8 => boundary(ascii),
        4 | 9 => !text.is_empty() && !boundary(ascii),
        5 => at == text.len() || at + 1 == text.len() && is_newline(at),
        6 => at == text.len() || is_newline(at),
        7 => at == text.len(),
        10 => boundary(&is_unicode_word),
        _ => !text.is_empty() && !boundary(&is_unicode_word),
    }
}
