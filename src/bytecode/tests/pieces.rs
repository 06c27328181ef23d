//! Reading code objects of a stream one by one: what comes out is what the ordinary reader makes of the whole stream, also when the stream
//! is damaged and still has an index.

use bytecode::marshal::index::Index;
use bytecode::marshal::index::pieces::{PieceSink, Pieces};
use bytecode::marshal::{CodeFields, ReadError, Sink, SliceInput, read_object};
use num_bigint::BigInt;
use std::fmt::Write;
use std::rc::Rc;
use std::vec::Drain;

const RECORDED: [&[u8]; 3] = [
    include_bytes!("recorded/constants.marshal"),
    include_bytes!("recorded/functions.marshal"),
    include_bytes!("recorded/control.marshal"),
];

/// A value as text, or what will be read later.
#[derive(Clone)]
enum Value {
    Text(Rc<str>),
    Items(&'static str, Rc<[Value]>),
    Piece {
        number: usize,
        name: Rc<Value>,
        qualname: Rc<Value>,
    },
}

struct Values;

fn text(text: impl Into<Rc<str>>) -> Value {
    Value::Text(text.into())
}

fn items(name: &'static str, items: Drain<'_, Value>) -> Value {
    Value::Items(name, items.collect())
}

impl Sink for Values {
    type Value = Value;
    type Error = ReadError;

    fn none(&mut self) -> Value {
        text("None")
    }
    fn bool(&mut self, value: bool) -> Value {
        text(format!("{value}"))
    }
    fn ellipsis(&mut self) -> Value {
        text("...")
    }
    fn stop_iteration(&mut self) -> Value {
        text("StopIteration")
    }
    fn int(&mut self, value: i64) -> Result<Value, ReadError> {
        Ok(text(format!("{value}")))
    }
    fn big_int(&mut self, value: BigInt) -> Result<Value, ReadError> {
        Ok(text(format!("{value}")))
    }
    fn float(&mut self, value: f64) -> Result<Value, ReadError> {
        Ok(text(format!("float {:x}", value.to_bits())))
    }
    fn complex(&mut self, real: f64, imag: f64) -> Result<Value, ReadError> {
        let (real, imag) = (real.to_bits(), imag.to_bits());
        Ok(text(format!("complex {real:x} {imag:x}")))
    }
    fn str(&mut self, bytes: &[u8], is_interned: bool, _ascii: bool) -> Result<Value, ReadError> {
        Ok(text(format!("str {is_interned} {bytes:?}")))
    }
    fn bytes(&mut self, bytes: &[u8]) -> Result<Value, ReadError> {
        Ok(text(format!("bytes {bytes:?}")))
    }
    fn tuple(&mut self, drain: Drain<'_, Value>) -> Result<Value, ReadError> {
        Ok(items("tuple", drain))
    }
    fn frozenset(&mut self, drain: Drain<'_, Value>) -> Result<Value, ReadError> {
        Ok(items("frozenset", drain))
    }
    fn code(&mut self, fields: CodeFields<Value>) -> Result<Value, ReadError> {
        let counts = [
            fields.argcount,
            fields.posonlyargcount,
            fields.kwonlyargcount,
            fields.stacksize,
            fields.flags,
        ];
        let numbers = format!("{counts:?} {}", fields.firstlineno);
        let all = [
            text(numbers),
            fields.code,
            fields.consts,
            fields.names,
            fields.localsplusnames,
            fields.localspluskinds,
            fields.filename,
            fields.name,
            fields.qualname,
            fields.linetable,
            fields.exceptiontable,
        ];
        Ok(Value::Items("code", all.into()))
    }
    fn list_new(&mut self, _len: usize) -> Result<Value, ReadError> {
        Ok(text("list"))
    }
    fn list_push(&mut self, _list: &Value, _item: Value) -> Result<(), ReadError> {
        Ok(())
    }
    fn dict_new(&mut self) -> Result<Value, ReadError> {
        Ok(text("dict"))
    }
    fn dict_insert(&mut self, _: &Value, _: Value, _: Value) -> Result<(), ReadError> {
        Ok(())
    }
    fn set_new(&mut self) -> Result<Value, ReadError> {
        Ok(text("set"))
    }
    fn set_add(&mut self, _set: &Value, _item: Value) -> Result<(), ReadError> {
        Ok(())
    }
}

impl PieceSink for Values {
    fn code_piece(
        &mut self,
        number: usize,
        name: Value,
        qualname: Value,
    ) -> Result<Value, ReadError> {
        Ok(Value::Piece {
            number,
            name: name.into(),
            qualname: qualname.into(),
        })
    }
}

/// Writes a value out, with code objects as `code_of` has them.
fn write(value: &Value, code_of: &mut dyn FnMut(usize, Value, Value) -> Value, out: &mut String) {
    match value {
        Value::Text(text) => out.push_str(text),
        Value::Items(name, items) => {
            let _ = write!(out, "{name}(");
            for item in items.iter() {
                write(item, code_of, out);
                out.push(',');
            }
            out.push(')');
        }
        Value::Piece {
            number,
            name,
            qualname,
        } => {
            let code = code_of(*number, Value::clone(name), Value::clone(qualname));
            write(&code, code_of, out);
        }
    }
}

/// The whole stream by the ordinary reader.
fn whole(bytes: &[u8]) -> Result<String, ReadError> {
    let value = read_object(&mut SliceInput::new(bytes), &mut Values)?;
    let mut out = String::new();
    write(&value, &mut |_, name, _| name, &mut out);
    Ok(out)
}

/// The whole stream, piece by piece, the last ones first.
fn by_pieces(bytes: &[u8], index: &Index) -> Result<String, ReadError> {
    let mut known = vec![None; index.indexed_len()];
    let mut all = Vec::new();
    while let Some(entry) = index.code(all.len()) {
        all.push((entry.counts, entry.firstlineno, None));
    }
    for number in (0..all.len()).rev() {
        let mut sink = Values;
        let mut pieces = Pieces::new(bytes, index, &mut known, &mut sink);
        all[number].2 = Some(pieces.fields(number)?);
    }
    let first = Pieces::new(bytes, index, &mut known, &mut Values).code(0)?;
    let mut out = String::new();
    let mut code_of = |number: usize, name: Value, qualname: Value| {
        let (counts, line, fields) = &all[number];
        let fields = fields.as_ref().expect("read above");
        let all = [
            text(format!("{counts:?} {line}")),
            fields.code.clone(),
            fields.consts.clone(),
            fields.names.clone(),
            fields.localsplusnames.clone(),
            fields.localspluskinds.clone(),
            fields.filename.clone(),
            name,
            qualname,
            fields.linetable.clone(),
            fields.exceptiontable.clone(),
        ];
        Value::Items("code", all.into())
    };
    write(&first, &mut code_of, &mut out);
    Ok(out)
}

#[test]
fn pieces_are_those_of_the_whole() {
    for bytes in RECORDED {
        let index = Index::of(bytes).expect("an index");
        assert_eq!(by_pieces(bytes, &index), whole(bytes));
    }
}

#[test]
fn damaged_streams_have_no_index_or_are_read_alike() {
    let mut with_index = 0;
    for bytes in RECORDED {
        // Each byte of the short ones, every third of the long one: it is mostly instructions.
        for at in (0..bytes.len()).step_by(1 + bytes.len() / 2200) {
            let mut damaged = bytes.to_vec();
            damaged[at] ^= [0x01, 0x80, 0x55][at % 3];
            let Some(index) = Index::of(&damaged) else {
                continue;
            };
            with_index += 1;
            let pieces = by_pieces(&damaged, &index);
            assert!(pieces.is_ok(), "at {at}: {pieces:?}");
            assert_eq!(pieces, whole(&damaged), "at {at}");
        }
    }
    assert!(with_index > 1000, "{with_index}");
}

#[test]
fn cut_streams_have_no_index() {
    for bytes in RECORDED {
        assert!((0..bytes.len()).all(|len| Index::of(&bytes[..len]).is_none()));
    }
}

#[test]
fn containers_nested_too_deeply_are_left_to_the_ordinary_reader() {
    let mut stream = b"\xe3".to_vec();
    stream.extend_from_slice(&[0; 20]);
    stream.extend_from_slice(b"s\0\0\0\0");
    // A chain of tuples, each of which refers to the one before.
    let chain = |len: u32| {
        let mut stream = stream.clone();
        stream.push(b'(');
        stream.extend_from_slice(&(len + 1).to_le_bytes());
        stream.extend_from_slice(b"\xa9\x00");
        for before in 1..=len {
            stream.extend_from_slice(b"\xa9\x01r");
            stream.extend_from_slice(&before.to_le_bytes());
        }
        stream.extend_from_slice(b")\0)\0s\0\0\0\0z\x01fz\x01nz\x01n\0\0\0\0s\0\0\0\0s\0\0\0\0");
        stream
    };
    assert!(whole(&chain(10)).is_ok() && Index::of(&chain(10)).is_some());
    assert!(whole(&chain(5000)).is_ok() && Index::of(&chain(5000)).is_none());
}
