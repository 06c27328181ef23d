//! The rules of the verifier one by one, on code written for them: each time something that passes, and what breaks one rule.

use bytecode::exception_table::{ExceptionEntry, write_entry};
use bytecode::verify::{ConstKind, Verifiable, Verifier};
use bytecode::{CodeFlags, LocalKind, Opcode};

/// Code as the verifier sees it: two names, one local, and as constants something, a tuple of two strings, and a code object.
#[derive(Clone, Default)]
struct Code {
    bytes: Vec<u8>,
    table: Vec<u8>,
    stacksize: u32,
    flags: u32,
    kinds: Vec<u8>,
}

impl Verifiable for Code {
    fn code(&self) -> &[u8] {
        &self.bytes
    }
    fn exceptiontable(&self) -> &[u8] {
        &self.table
    }
    fn stacksize(&self) -> u32 {
        self.stacksize
    }
    fn flags(&self) -> u32 {
        self.flags
    }
    fn argcounts(&self) -> [u32; 3] {
        [0; 3]
    }
    fn consts_len(&self) -> usize {
        3
    }
    fn names_len(&self) -> usize {
        2
    }
    fn localspluskinds(&self) -> &[u8] {
        &self.kinds
    }
    fn const_kind(&self, index: usize) -> ConstKind {
        match index {
            1 => ConstKind::Names(2),
            2 => ConstKind::Code { freevars: 0 },
            _ => ConstKind::Other,
        }
    }
}

/// Instructions, with their caches; four slots of stack and one local.
fn code(instructions: &[(Opcode, u8)]) -> Code {
    let mut bytes = Vec::new();
    for &(opcode, operand) in instructions {
        bytes.extend([opcode as u8, operand]);
        bytes.extend(vec![0; 2 * opcode.cache_units()]);
    }
    Code {
        bytes,
        stacksize: 4,
        kinds: vec![LocalKind::LOCAL],
        ..Code::default()
    }
}

/// The code with a handler for these units.
fn protected(mut code: Code, start: u32, end: u32, target: u32, depth: u32) -> Code {
    let entry = ExceptionEntry {
        start,
        end,
        target,
        depth,
        lasti: false,
    };
    write_entry(&mut code.table, &entry);
    code
}

/// What is wrong with the code; nothing when the verifier accepts it, whatever it has seen before.
fn refusal(verifier: &mut Verifier, code: &Code) -> &'static str {
    let what = verifier.verify(code).err().map_or("", |error| error.what);
    let anew = Verifier::new().verify(code).err();
    assert_eq!(what, anew.map_or("", |error| error.what));
    what
}

const OPERANDS: &str = "wrong operands on the stack";
const SEQUENCE: &str = "instructions in a wrong sequence";
const TARGET: &str = "nothing may jump here";
const NO_INSTRUCTION: &str = "jump or exception table to a place that is no instruction";

#[test]
fn operands_and_caches() {
    use Opcode::*;
    let mut verifier = Verifier::new();
    let mut check = |instructions: &[(Opcode, u8)], expected: &str| {
        let code = code(instructions);
        assert_eq!(refusal(&mut verifier, &code), expected, "{instructions:?}");
    };
    let end = [(LOAD_CONST, 0), (RETURN_VALUE, 0)];
    check(&end, "");
    check(&[], "no instructions");
    check(&[(LOAD_CONST, 3), end[1]], "operand out of range");
    check(&[(EXTENDED_ARG, 0), end[0], end[1]], "");
    check(&[(EXTENDED_ARG, 1), end[0], end[1]], "operand out of range");
    check(
        &[end[0], (EXTENDED_ARG, 0), end[1]],
        "EXTENDED_ARG where none may stand",
    );
    check(&[(LOAD_FAST, 0), (STORE_FAST, 0), end[0], end[1]], "");
    check(
        &[(LOAD_FAST, 0), (STORE_FAST, 1), end[0], end[1]],
        "operand out of range",
    );
    check(
        &[(LOAD_FAST__LOAD_FAST, 0), end[1]],
        "instruction of the interpreter's own",
    );
    check(&[(LOAD_CONST, 0)], "control runs off the end");
    check(&[end[0], end[0], end[1]], OPERANDS);
    check(&[(POP_TOP, 0), end[0], end[1]], OPERANDS);
    check(&[end[0], end[0], end[0], end[0], end[0], end[1]], OPERANDS);
    // What nothing leads to is looked at, too, but for the stack.
    check(&[end[0], end[1], (POP_TOP, 0)], "");
    check(&[end[0], end[1], (LOAD_NAME, 2)], "operand out of range");
    let mut broken = code(&[end[0], (LOAD_ATTR, 0), end[1]]);
    assert_eq!(refusal(&mut verifier, &broken), "");
    broken.bytes[7] = 1;
    assert_eq!(
        refusal(&mut verifier, &broken),
        "inline cache missing or not zero"
    );
}

#[test]
fn calls_keep_together() {
    use Opcode::*;
    let mut verifier = Verifier::new();
    let call = |head: &[(Opcode, u8)], count: u8| {
        let start = [
            (PUSH_NULL, 0),
            (LOAD_NAME, 0),
            (LOAD_NAME, 1),
            (LOAD_NAME, 1),
        ];
        let tail = [(PRECALL, 2), (CALL, count), (RETURN_VALUE, 0)];
        code(&[&start, head, &tail].concat())
    };
    assert_eq!(refusal(&mut verifier, &call(&[], 2)), "");
    assert_eq!(refusal(&mut verifier, &call(&[], 1)), SEQUENCE);
    assert_eq!(refusal(&mut verifier, &call(&[(KW_NAMES, 1)], 2)), "");
    assert_eq!(
        refusal(&mut verifier, &call(&[(KW_NAMES, 1), (NOP, 0)], 2)),
        SEQUENCE
    );
    assert_eq!(
        refusal(&mut verifier, &call(&[(KW_NAMES, 0)], 2)),
        "operand out of range"
    );
    let lone = code(&[(PUSH_NULL, 0), (LOAD_NAME, 0), (CALL, 0), (RETURN_VALUE, 0)]);
    assert_eq!(refusal(&mut verifier, &lone), SEQUENCE);
    // Jumps to the PRECALL, to the CALL behind it, to the cache between.
    for (distance, expected) in [(3, ""), (4, NO_INSTRUCTION), (5, TARGET)] {
        let jump = [
            (PUSH_NULL, 0),
            (LOAD_NAME, 0),
            (LOAD_NAME, 1),
            (LOAD_NAME, 1),
        ];
        let end = [
            (LOAD_NAME, 0),
            (POP_TOP, 0),
            (PRECALL, 1),
            (CALL, 1),
            (RETURN_VALUE, 0),
        ];
        let code = code(&[&jump[..], &[(POP_JUMP_FORWARD_IF_TRUE, distance - 1)], &end].concat());
        assert_eq!(refusal(&mut verifier, &code), expected, "{distance}");
    }
}

#[test]
fn states_meet_at_targets() {
    use Opcode::*;
    let mut verifier = Verifier::new();
    let end = [(LOAD_CONST, 0), (RETURN_VALUE, 0)];
    let test = [(LOAD_CONST, 0), (POP_JUMP_FORWARD_IF_TRUE, 1)];
    let uneven = code(&[&test[..], &[(LOAD_CONST, 0)], &end].concat());
    assert_eq!(refusal(&mut verifier, &uneven), "stack depths differ");
    let even = code(&[&test[..], &[(NOP, 0)], &end].concat());
    assert_eq!(refusal(&mut verifier, &even), "");
    // A code object on one way, something else on the other.
    let choice = |other: u8| {
        let ways = [
            (LOAD_CONST, 0),
            (POP_JUMP_FORWARD_IF_TRUE, 2),
            (LOAD_CONST, 2),
            (JUMP_FORWARD, 1),
            (LOAD_CONST, other),
            (MAKE_FUNCTION, 0),
            (RETURN_VALUE, 0),
        ];
        code(&ways)
    };
    assert_eq!(refusal(&mut verifier, &choice(2)), "");
    assert_eq!(refusal(&mut verifier, &choice(1)), OPERANDS);
    // The jump backward brings something else in place of the code object, which needs a second pass.
    let round = |other: u8| {
        let body = [
            (LOAD_CONST, 2),
            (COPY, 1),
            (MAKE_FUNCTION, 0),
            (POP_JUMP_FORWARD_IF_TRUE, 3),
            (POP_TOP, 0),
            (LOAD_CONST, other),
            (JUMP_BACKWARD, 6),
            (RETURN_VALUE, 0),
        ];
        code(&body)
    };
    assert_eq!(refusal(&mut verifier, &round(2)), "");
    assert_eq!(refusal(&mut verifier, &round(0)), OPERANDS);
    let outside = code(&[(NOP, 0), (JUMP_BACKWARD, 3)]);
    assert_eq!(
        refusal(&mut verifier, &outside),
        "jump to a place that is no instruction"
    );
}

#[test]
fn handlers_find_what_they_need() {
    use Opcode::*;
    let mut verifier = Verifier::new();
    let handler = [
        (PUSH_EXC_INFO, 0),
        (POP_TOP, 0),
        (POP_EXCEPT, 0),
        (RETURN_VALUE, 0),
    ];
    let body = |inside: &[(Opcode, u8)]| {
        let start = [(LOAD_CONST, 0)];
        code(&[&start, inside, &[(RETURN_VALUE, 0)], &handler].concat())
    };
    // The handler returns the value that was there before.
    let good = protected(body(&[(LOAD_NAME, 0), (POP_TOP, 0)]), 1, 3, 4, 1);
    assert_eq!(refusal(&mut verifier, &good), "");
    let pops = protected(body(&[(POP_TOP, 0), (LOAD_NAME, 0)]), 1, 3, 4, 1);
    assert_eq!(refusal(&mut verifier, &pops), OPERANDS);
    let lacking = protected(body(&[(LOAD_NAME, 0), (POP_TOP, 0)]), 1, 3, 4, 2);
    assert_eq!(
        refusal(&mut verifier, &lacking),
        "handler needs operands of the instruction"
    );
    // SWAP cannot raise, so it may take what belongs to the handler, but what follows brings it there.
    let swap = [
        (LOAD_NAME, 0),
        (SWAP, 2),
        (LOAD_NAME, 0),
        (POP_TOP, 0),
        (POP_TOP, 0),
    ];
    assert_eq!(
        refusal(&mut verifier, &protected(body(&swap), 1, 6, 7, 1)),
        ""
    );
    let null = [
        (PUSH_NULL, 0),
        (SWAP, 2),
        (LOAD_NAME, 0),
        (POP_TOP, 0),
        (SWAP, 2),
        (NOP, 0),
    ];
    let unclean = protected(body(&null), 1, 6, 8, 1);
    assert_eq!(refusal(&mut verifier, &unclean), OPERANDS);
    // Entries begin and end at instructions, and so do handlers.
    let attribute = body(&[(LOAD_NAME, 0), (LOAD_ATTR, 0), (POP_TOP, 0)]);
    for (start, end, target, is_good) in [
        (2, 7, 9, true),
        (3, 7, 9, false),
        (2, 6, 9, false),
        (2, 7, 4, false),
        (2, 7, 40, false),
    ] {
        let code = protected(attribute.clone(), start, end, target, 1);
        assert_eq!(refusal(&mut verifier, &code).is_empty(), is_good);
    }
}

#[test]
fn generators_and_cells_begin_as_they_must() {
    use Opcode::*;
    let mut verifier = Verifier::new();
    let body = [
        (RETURN_GENERATOR, 0),
        (POP_TOP, 0),
        (LOAD_CONST, 0),
        (YIELD_VALUE, 0),
        (RESUME, 1),
        (RETURN_VALUE, 0),
    ];
    let mut generator = code(&body);
    assert_eq!(
        refusal(&mut verifier, &generator),
        "instruction of generators in other code"
    );
    generator.flags = CodeFlags::GENERATOR;
    assert_eq!(refusal(&mut verifier, &generator), "");
    let mut silent = code(&body[2..]);
    silent.flags = CodeFlags::GENERATOR;
    assert_eq!(
        refusal(&mut verifier, &silent),
        "RETURN_GENERATOR and flags do not agree"
    );
    // RESUME of an `await` stands behind SEND and YIELD_VALUE only.
    generator.bytes[9] = 3;
    assert_eq!(refusal(&mut verifier, &generator), SEQUENCE);
    let end = [(LOAD_DEREF, 0), (RETURN_VALUE, 0)];
    let mut cell = code(&[&[(MAKE_CELL, 0)], &end[..]].concat());
    assert_eq!(
        refusal(&mut verifier, &cell),
        "COPY_FREE_VARS, MAKE_CELL or RETURN_GENERATOR misplaced"
    );
    cell.kinds = vec![LocalKind::LOCAL | LocalKind::CELL];
    assert_eq!(refusal(&mut verifier, &cell), "");
    cell.bytes.drain(..2);
    assert_eq!(
        refusal(&mut verifier, &cell),
        "a cell variable has no MAKE_CELL"
    );
    cell.kinds = vec![LocalKind::FREE];
    assert_eq!(
        refusal(&mut verifier, &cell),
        "COPY_FREE_VARS and free variables do not agree"
    );
    cell.bytes.splice(0..0, [COPY_FREE_VARS as u8, 1]);
    assert_eq!(refusal(&mut verifier, &cell), "");
    cell.kinds = vec![LocalKind::FREE, LocalKind::LOCAL];
    assert_eq!(refusal(&mut verifier, &cell), "variables out of order");
}
