//! Where a debugger may jump to inside a code object: a model of the value stack at every instruction, and which stacks fit which.
//!
//! A stack is the kinds of its values, bottom first; what is deeper than 21 values counts as unknown, as in CPython.
//!
//! CPython 3.11: `mark_stacks`, `compatible_stack`, `marklines`, `frame_setlineno` in `Objects/frameobject.c`.

use crate::opcode::Opcode;
use crate::{CodeFlags, exception_table, locations};

/// What stands in a place of the stack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An iterator of a `for` loop.
    Iterator,
    /// An exception that was handled before.
    Except,
    /// Any value.
    Object,
    /// No value.
    Null,
    /// The place an exception came from.
    Lasti,
}

/// What is known of the stack before an instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stack {
    /// No way leads there.
    Unknown,
    /// Too deep to be followed.
    Overflowed,
    /// The kinds, bottom first.
    Known(Vec<Kind>),
}

const DEEPEST: usize = 21;

impl Stack {
    fn push(&mut self, kind: Kind) {
        match self {
            Stack::Known(kinds) if kinds.len() >= DEEPEST => *self = Stack::Overflowed,
            Stack::Known(kinds) => kinds.push(kind),
            _ => {}
        }
    }

    fn pop(&mut self) {
        if let Stack::Known(kinds) = self {
            kinds.pop();
        }
    }

    fn popped(&self) -> Stack {
        let mut stack = self.clone();
        stack.pop();
        stack
    }

    fn peek(&self, n: usize) -> Kind {
        match self {
            Stack::Known(kinds) => kinds
                .len()
                .checked_sub(n)
                .and_then(|index| kinds.get(index).copied())
                .unwrap_or(Kind::Object),
            _ => Kind::Object,
        }
    }

    fn swap(&mut self, n: usize) {
        if let Stack::Known(kinds) = self
            && let Some(top) = kinds.len().checked_sub(1)
            && let Some(other) = kinds.len().checked_sub(n)
            && other <= top
        {
            kinds.swap(top, other);
        }
    }
}

/// A code object as jumps see it.
#[derive(Clone, Copy, Debug)]
pub struct JumpCode<'a> {
    /// `co_code`, not quickened.
    pub code: &'a [u8],
    /// `co_exceptiontable`
    pub exceptiontable: &'a [u8],
    /// `co_linetable`
    pub linetable: &'a [u8],
    /// `co_firstlineno`
    pub firstlineno: i32,
    /// `co_flags`
    pub flags: u32,
}

/// A jump that is possible.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Jump {
    /// The code unit to go on at.
    pub unit: usize,
    /// The values to be dropped, the top first.
    pub dropped: Vec<Kind>,
    /// How deep the stack is before.
    pub depth: usize,
}

impl JumpCode<'_> {
    fn len(&self) -> usize {
        self.code.len() / 2
    }

    fn unit(&self, at: usize) -> (u8, u32) {
        let (opcode, mut oparg) = (self.code[2 * at], u32::from(self.code[2 * at + 1]));
        for back in 1..=3 {
            match at.checked_sub(back) {
                Some(before) if self.code[2 * before] == Opcode::EXTENDED_ARG as u8 => {
                    oparg |= u32::from(self.code[2 * before + 1]) << (8 * back);
                }
                _ => break,
            }
        }
        (opcode, oparg)
    }

    /// The stack before each code unit.
    pub fn stacks(&self) -> Vec<Stack> {
        let len = self.len();
        let mut stacks = vec![Stack::Unknown; len + 1];
        let mut first = Stack::Known(Vec::new());
        let generators = CodeFlags::GENERATOR | CodeFlags::COROUTINE | CodeFlags::ASYNC_GENERATOR;
        if self.flags & generators != 0 {
            first.push(Kind::Object);
        }
        stacks[0] = first;
        let mut again = true;
        while again {
            again = false;
            for at in 0..len {
                if stacks[at] != Stack::Unknown {
                    again |= self.follow(&mut stacks, at);
                }
            }
            for entry in exception_table::entries(self.exceptiontable) {
                again |= enter_handler(&mut stacks, &entry);
            }
        }
        stacks
    }

    /// Notes the stack behind one instruction, and where it jumps to; true when an earlier instruction has become known.
    fn follow(&self, stacks: &mut [Stack], at: usize) -> bool {
        let (number, oparg) = self.unit(at);
        let Some(opcode) = Opcode::from_u8(number) else {
            return false;
        };
        let mut next = stacks[at].clone();
        let forward = at + 1 + oparg as usize;
        let backward = (at + 1).saturating_sub(oparg as usize);
        let mut target = None;
        match opcode {
            Opcode::JUMP_IF_FALSE_OR_POP | Opcode::JUMP_IF_TRUE_OR_POP => {
                target = Some((forward, next.clone()));
                next.pop();
            }
            Opcode::POP_JUMP_FORWARD_IF_FALSE
            | Opcode::POP_JUMP_FORWARD_IF_TRUE
            | Opcode::POP_JUMP_FORWARD_IF_NONE
            | Opcode::POP_JUMP_FORWARD_IF_NOT_NONE => {
                next.pop();
                target = Some((forward, next.clone()));
            }
            Opcode::POP_JUMP_BACKWARD_IF_FALSE
            | Opcode::POP_JUMP_BACKWARD_IF_TRUE
            | Opcode::POP_JUMP_BACKWARD_IF_NONE
            | Opcode::POP_JUMP_BACKWARD_IF_NOT_NONE => {
                next.pop();
                target = Some((backward, next.clone()));
            }
            Opcode::SEND => target = Some((forward, next.popped())),
            Opcode::JUMP_FORWARD => return set(stacks, at, forward, next),
            Opcode::JUMP_BACKWARD | Opcode::JUMP_BACKWARD_NO_INTERRUPT => {
                return set(stacks, at, backward, next);
            }
            Opcode::GET_ITER | Opcode::GET_AITER => {
                next.pop();
                next.push(Kind::Iterator);
            }
            Opcode::FOR_ITER => {
                target = Some((forward, next.popped()));
                next.push(Kind::Object);
            }
            Opcode::END_ASYNC_FOR => {
                next.pop();
                next.pop();
            }
            Opcode::PUSH_EXC_INFO => next.push(Kind::Except),
            Opcode::POP_EXCEPT => next.pop(),
            Opcode::RETURN_VALUE | Opcode::RAISE_VARARGS | Opcode::RERAISE => return false,
            Opcode::PUSH_NULL => next.push(Kind::Null),
            Opcode::LOAD_GLOBAL => {
                if oparg & 1 != 0 {
                    next.push(Kind::Null);
                }
                next.push(Kind::Object);
            }
            Opcode::LOAD_METHOD => {
                next.pop();
                next.push(Kind::Null);
                next.push(Kind::Object);
            }
            Opcode::CALL => {
                next.pop();
                next.pop();
                next.push(Kind::Object);
            }
            Opcode::SWAP => next.swap(oparg as usize),
            Opcode::COPY => {
                let copied = next.peek(oparg as usize);
                next.push(copied);
            }
            _ => {
                let oparg = i32::try_from(oparg).unwrap_or(i32::MAX);
                let effect = opcode
                    .stack_effect(oparg, true)
                    .max(opcode.stack_effect(oparg, false));
                for _ in effect..0 {
                    next.pop();
                }
                for _ in 0..effect {
                    next.push(Kind::Object);
                }
            }
        }
        let mut again = false;
        if let Some((place, stack)) = target {
            again = set(stacks, at, place, stack);
        }
        set(stacks, at, at + 1, next);
        again
    }

    /// The line that begins at each code unit, -1 for none.
    fn line_starts(&self) -> Vec<i32> {
        let mut starts = vec![-1; self.len()];
        let mut last = -1;
        for range in locations::lines(self.linetable, self.firstlineno) {
            if range.line != last && range.line != -1 {
                last = range.line;
                if let Some(start) = starts.get_mut(range.start as usize / 2) {
                    *start = range.line;
                }
            }
        }
        starts
    }

    /// The way from the instruction at `unit` to a line; the text says why there is none.
    pub fn jump(&self, unit: usize, line: i32) -> Result<Jump, String> {
        if line < self.firstlineno {
            return Err(format!("line {line} comes before the current code block"));
        }
        let starts = self.line_starts();
        let Some(target) = starts.iter().copied().filter(|&start| start >= line).min() else {
            return Err(format!("line {line} comes after the current code block"));
        };
        let stacks = self.stacks();
        let from = stacks.get(unit).cloned().unwrap_or(Stack::Unknown);
        let mut best: Option<(usize, &Vec<Kind>)> = None;
        let mut why = "cannot find bytecode for specified line";
        let mut explained = false;
        for (place, _) in starts
            .iter()
            .enumerate()
            .filter(|(_, start)| **start == target)
        {
            let to = &stacks[place];
            match to {
                Stack::Known(kinds)
                    if fits(&from, kinds)
                        && best.is_none_or(|(_, known)| kinds.len() > known.len()) =>
                {
                    best = Some((place, kinds));
                }
                _ if !explained && best.is_none() => {
                    (why, explained) = match from {
                        Stack::Overflowed => ("stack to deep to analyze", false),
                        Stack::Unknown => ("can't jump from unreachable code", false),
                        Stack::Known(_) => (explain(to), true),
                    };
                }
                _ => {}
            }
        }
        match (best, from) {
            (Some((unit, kinds)), Stack::Known(from)) => Ok(Jump {
                unit,
                depth: from.len(),
                dropped: from[kinds.len()..].iter().rev().copied().collect(),
            }),
            _ => Err(why.to_string()),
        }
    }
}

fn set(stacks: &mut [Stack], at: usize, place: usize, stack: Stack) -> bool {
    match stacks.get_mut(place) {
        Some(known) => {
            let again = *known == Stack::Unknown && place < at;
            *known = stack;
            again
        }
        None => false,
    }
}

fn enter_handler(stacks: &mut [Stack], entry: &exception_table::ExceptionEntry) -> bool {
    let (start, target) = (entry.start as usize, entry.target as usize);
    if start >= stacks.len() || stacks.get(target) != Some(&Stack::Unknown) {
        return false;
    }
    let mut stack = stacks[start].clone();
    match &mut stack {
        Stack::Unknown => return false,
        Stack::Known(kinds) => kinds.truncate(entry.depth as usize),
        Stack::Overflowed => {}
    }
    if entry.lasti {
        stack.push(Kind::Lasti);
    }
    stack.push(Kind::Except);
    stacks[target] = stack;
    true
}

/// Whether what is left of a stack after dropping values can stand where the other one is expected.
fn fits(from: &Stack, to: &[Kind]) -> bool {
    let Stack::Known(from) = from else {
        return false;
    };
    from.len() >= to.len()
        && from.iter().zip(to).all(|(from, to)| match to {
            Kind::Object => *from != Kind::Null,
            Kind::Null => true,
            _ => from == to,
        })
}

fn explain(to: &Stack) -> &'static str {
    match to {
        Stack::Overflowed => "stack is too deep to analyze",
        Stack::Unknown => "can't jump into an exception handler, or code may be unreachable",
        Stack::Known(kinds) => match kinds.last() {
            Some(Kind::Except) => "can't jump into an 'except' block as there's no exception",
            Some(Kind::Lasti) => "can't jump into a re-raising block as there's no location",
            Some(Kind::Iterator) => "can't jump into the body of a for loop",
            Some(Kind::Object | Kind::Null) | None => "incompatible stacks",
        },
    }
}
