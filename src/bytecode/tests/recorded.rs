//! Small recorded cases, for machines without CPython, and damaged input.
//!
//! `recorded/NAME.marshal` and `.dis` are what CPython 3.11.7 made of `recorded/NAME.py`; `oracle/record.py` writes them.

#![expect(clippy::print_stdout, reason = "tests report what they counted")]

use bytecode::dis::{DisOptions, dis};
use bytecode::locations;
use bytecode::marshal::{ReadError, ReadErrorKind, dumps_code, loads_code, loads_constant};
use bytecode::verify::{Verifier, verify};
use bytecode::{CodeObject, Constant, exception_table};
use std::rc::Rc;

const RECORDED: [(&str, &[u8], &str); 3] = [
    (
        "constants",
        include_bytes!("recorded/constants.marshal"),
        include_str!("recorded/constants.dis"),
    ),
    (
        "functions",
        include_bytes!("recorded/functions.marshal"),
        include_str!("recorded/functions.dis"),
    ),
    (
        "control",
        include_bytes!("recorded/control.marshal"),
        include_str!("recorded/control.dis"),
    ),
];

fn load(body: &[u8]) -> Rc<CodeObject> {
    loads_code(body)
        .expect("marshal data")
        .expect("a code object")
}

#[test]
fn recorded_pycs_are_written_as_they_were_read() {
    for (name, body, _) in RECORDED {
        assert!(dumps_code(&load(body)).as_deref() == Ok(body), "{name}");
    }
}

#[test]
fn recorded_pycs_are_accepted() {
    for (name, body, _) in RECORDED {
        assert_eq!(verify(&load(body)), Ok(()), "{name}");
    }
}

#[test]
fn recorded_pycs_are_disassembled_as_dis_does() {
    let options = DisOptions {
        show_caches: true,
        ..Default::default()
    };
    for (name, body, expected) in RECORDED {
        let text = dis(&load(body), options);
        let difference = text
            .lines()
            .zip(expected.lines())
            .find(|(ours, theirs)| ours != theirs);
        assert_eq!(difference, None, "{name}");
        assert_eq!(text.len(), expected.len(), "{name}");
    }
}

fn check_error(bytes: &[u8], kind: ReadErrorKind, text: &str) {
    let error = loads_constant(bytes).expect_err("bad data");
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (kind, text),
        "{bytes:?}"
    );
}

#[test]
fn bad_data_is_refused_in_the_words_of_cpython() {
    use ReadErrorKind::{EofError, SystemError, TypeError, UnicodeDecodeError, ValueError};
    check_error(b"", EofError, "EOF read where object expected");
    check_error(b"f", EofError, "EOF read where not expected");
    check_error(b")", EofError, "EOF read where not expected");
    check_error(b")\x01", EofError, "EOF read where object expected");
    check_error(b"i\0\0\0", EofError, "marshal data too short");
    check_error(b"s\xff\xff\xff\x7f", EofError, "marshal data too short");
    check_error(b"?", ValueError, "bad marshal data (unknown type code)");
    check_error(
        b"r\0\0\0\0",
        ValueError,
        "bad marshal data (invalid reference)",
    );
    check_error(
        b"\xbe\x01\0\0\0r\0\0\0\0",
        ValueError,
        "bad marshal data (invalid reference)",
    );
    check_error(
        b"(\xff\xff\xff\xff",
        ValueError,
        "bad marshal data (tuple size out of range)",
    );
    check_error(
        b"s\xff\xff\xff\xff",
        ValueError,
        "bad marshal data (bytes object size out of range)",
    );
    check_error(
        b"u\xff\xff\xff\xff",
        ValueError,
        "bad marshal data (string size out of range)",
    );
    check_error(
        b">\xff\xff\xff\xff",
        ValueError,
        "bad marshal data (set size out of range)",
    );
    check_error(
        b"l\0\0\0\x80",
        ValueError,
        "bad marshal data (long size out of range)",
    );
    check_error(
        b"l\x01\0\0\0\0\0",
        ValueError,
        "bad marshal data (unnormalized long data)",
    );
    check_error(
        b"l\x01\0\0\0\0\x80",
        ValueError,
        "bad marshal data (digit out of range in long)",
    );
    check_error(
        b"f\x03abc",
        ValueError,
        "could not convert string to float: 'abc'",
    );
    check_error(b"0", TypeError, "NULL object in marshal data for object");
    check_error(
        b")\x010",
        TypeError,
        "NULL object in marshal data for tuple",
    );
    check_error(
        b">\x01\0\0\x000",
        TypeError,
        "NULL object in marshal data for set",
    );
    check_error(
        b"u\x02\0\0\0\xe2\x82",
        UnicodeDecodeError,
        "'utf-8' codec can't decode bytes in position 0-1: unexpected end of data",
    );
    check_error(
        b"u\x02\0\0\0\xff\xa0",
        UnicodeDecodeError,
        "'utf-8' codec can't decode byte 0xff in position 0: invalid start byte",
    );
    let mut code = b"c".to_vec();
    code.extend([0; 20]);
    code.extend(b"NNNNNNNN\0\0\0\0");
    check_error(
        &[&code[..], b"NN"].concat(),
        SystemError,
        "Objects/codeobject.c:250: bad argument to internal function",
    );
    check_error(
        &[&code[..], b"N0"].concat(),
        TypeError,
        "NULL object in marshal data for code object",
    );
}

#[test]
fn depth_needs_no_native_stack() {
    let nested = |depth: usize| {
        let mut bytes = b")\x01".repeat(depth);
        bytes.push(b'N');
        bytes
    };
    let thread = std::thread::Builder::new()
        .stack_size(256 << 10)
        .spawn(move || {
            // The deepest tuple that is accepted; it is left alone, since dropping it is not the reader's affair.
            std::mem::forget(loads_constant(&nested(1999)).expect("deep, but not too deep"));
            assert_eq!(
                loads_constant(&nested(2000)).map(|_| ()),
                Err(ReadError::TooDeep)
            );
            assert_eq!(
                loads_constant(&nested(1_000_000)).map(|_| ()),
                Err(ReadError::TooDeep)
            );
        });
    thread.expect("a thread").join().expect("no overflow");
}

/// A deterministic source of numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 16) as usize % limit
    }
}

/// Changes, inserts, removes or copies bytes at a few places.
fn mutate(body: &[u8], random: &mut Random) -> Vec<u8> {
    let mut bytes = body.to_vec();
    for _ in 0..=random.below(3) {
        let at = random.below(bytes.len());
        match random.below(6) {
            0 => bytes[at] ^= 1 << random.below(8),
            1 => bytes[at] = random.below(256) as u8,
            2 => bytes.insert(at, random.below(256) as u8),
            3 => drop(bytes.remove(at)),
            4 => {
                let from = random.below(bytes.len());
                bytes[at] = bytes[from];
            }
            _ => bytes[at] = bytes[at].wrapping_add(1),
        }
    }
    bytes
}

/// Everything that reads a code object, on one that may make no sense.
fn use_all(code: &Rc<CodeObject>, accepted: &mut usize) {
    *accepted += usize::from(Verifier::new().verify_tree(code).is_ok());
    dumps_code(code).expect("what was read can be written");
    let options = DisOptions {
        show_caches: true,
        ..Default::default()
    };
    dis(code, options);
    let mut pending = vec![code.clone()];
    while let Some(code) = pending.pop() {
        locations::positions(&code.linetable, code.firstlineno).for_each(drop);
        locations::remove_column_info(&code.linetable);
        for unit in 0..code.code.len() as i32 / 2 {
            locations::addr_to_location(&code.linetable, code.firstlineno, unit * 2);
            exception_table::find_handler(&code.exceptiontable, unit as u32);
        }
        if let Constant::Tuple(consts) = &code.consts {
            pending.extend(consts.iter().filter_map(|constant| match constant {
                Constant::Code(code) => Some(code.clone()),
                _ => None,
            }));
        }
    }
}

#[test]
fn damaged_pycs_do_no_harm() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let (mut read, mut accepted) = (0, 0);
    for (_, body, _) in RECORDED {
        for _ in 0..4000 {
            if let Ok(Some(code)) = loads_code(&mutate(body, &mut random)) {
                read += 1;
                use_all(&code, &mut accepted);
            }
        }
    }
    println!("12000 mutations: {read} still code objects, {accepted} accepted");
    assert!(read > accepted && accepted > 0);
}
