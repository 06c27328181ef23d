//! A pickle being run: the stack, its marks, and the opcodes of atoms and containers.

use super::input::Input;
use super::opcode::*;
use super::unpickler::PyUnpickler;
use super::unpickling_error;
use num_bigint::BigInt;
use vm::context::errors::ExcKind;
use vm::context::{PyErr, PyResult, Vm};
use vm::import::import_name::import_module;
use vm::object::{Py, PyRef, Value};
use vm::protocol::{attr, call, mapping};
use vm::types::bytearray::value::PyByteArray;
use vm::types::bytes::value::PyBytes;
use vm::types::dict::value::PyDict;
use vm::types::int::parse;
use vm::types::list::value::PyList;
use vm::types::memoryview::PyMemoryView;
use vm::types::set::ops::any_set;
use vm::types::set::table::{PyFrozenSet, PySet};
use vm::types::str::codec;
use vm::types::str::value::PyStr;
use vm::types::tuple::value::PyTuple;

/// One pickle.
pub(super) struct Loader<'a> {
    pub(super) vm: &'a Vm,
    pub(super) unpickler: &'a Py<PyUnpickler>,
    pub(super) input: &'a mut Input,
    pub(super) stack: Vec<Value>,
    marks: Vec<usize>,
}

/// Whether the pickle goes on.
#[derive(PartialEq)]
enum Flow {
    On,
    End,
}

impl<'a> Loader<'a> {
    pub(super) fn new(
        vm: &'a Vm,
        unpickler: &'a Py<PyUnpickler>,
        input: &'a mut Input,
    ) -> Loader<'a> {
        Loader {
            vm,
            unpickler,
            input,
            stack: Vec::new(),
            marks: Vec::new(),
        }
    }

    /// Runs the pickle and gives what it leaves on the stack.
    pub(super) fn load(mut self) -> PyResult<Value> {
        let vm = self.vm;
        self.unpickler.protocol.set(0);
        loop {
            let opcode = match self.input.byte(vm) {
                Ok(opcode) => opcode,
                Err(error) if self.is_unpickling_error(&error) => {
                    let text = vm.new_str("Ran out of input");
                    return Err(vm.new_exception(ExcKind::EOFError, text));
                }
                Err(error) => return Err(error),
            };
            if self.step(opcode)? == Flow::End {
                break;
            }
        }
        self.input.skip_used(vm)?;
        self.pop()
    }

    fn is_unpickling_error(&self, error: &PyErr) -> bool {
        super::parts(self.vm).is_ok_and(|parts| error.is_instance(&parts.unpickling_error))
    }

    #[inline]
    pub(super) fn fence(&self) -> usize {
        self.marks.last().copied().unwrap_or(0)
    }

    #[cold]
    pub(super) fn underflow(&self) -> PyErr {
        unpickling_error(
            self.vm,
            match self.marks.is_empty() {
                true => "unpickling stack underflow",
                false => "unexpected MARK found",
            },
        )
    }

    #[inline]
    pub(super) fn push(&mut self, value: Value) {
        self.stack.push(value);
    }

    #[inline]
    pub(super) fn pop(&mut self) -> PyResult<Value> {
        match self.stack.len() > self.fence() {
            true => self.stack.pop().ok_or_else(|| self.underflow()),
            false => Err(self.underflow()),
        }
    }

    #[inline]
    pub(super) fn top(&self) -> PyResult<&Value> {
        match self.stack.last() {
            Some(top) if self.stack.len() > self.fence() => Ok(top),
            _ => Err(self.underflow()),
        }
    }

    /// Takes the topmost mark away and gives its place.
    pub(super) fn mark(&mut self) -> PyResult<usize> {
        match self.marks.pop() {
            Some(mark) => Ok(mark),
            None => Err(unpickling_error(self.vm, "could not find MARK")),
        }
    }

    /// What stands from `start` on.
    pub(super) fn pop_from(&mut self, start: usize) -> PyResult<Vec<Value>> {
        if start < self.fence() || start > self.stack.len() {
            return Err(self.underflow());
        }
        Ok(self.stack.split_off(start))
    }

    /// A tuple of the `count` topmost.
    fn pack(&mut self, count: usize) -> PyResult<()> {
        let Some(start) = self.stack.len().checked_sub(count) else {
            return Err(self.underflow());
        };
        if start < self.fence() {
            return Err(self.underflow());
        }
        let tuple = PyTuple::from_slice(self.vm, &self.stack[start..]);
        self.stack.truncate(start);
        self.push(tuple.into_value());
        Ok(())
    }

    /// The length that the next `size` bytes tell; `what` names the opcode.
    fn len(&mut self, size: usize, what: &str, is_string: bool) -> PyResult<usize> {
        let vm = self.vm;
        let range = self.input.read(vm, size)?;
        let mut bytes = [0; 8];
        bytes[..size].copy_from_slice(self.input.bytes(range));
        let len = u64::from_le_bytes(bytes);
        if len > isize::MAX as u64 {
            let max = isize::MAX;
            let text = format!("{what} exceeds system's maximum size of {max} bytes");
            return Err(match is_string {
                true => unpickling_error(vm, &text),
                false => vm.overflow_error(text),
            });
        }
        Ok(len as usize)
    }

    fn step(&mut self, opcode: u8) -> PyResult<Flow> {
        let vm = self.vm;
        match opcode {
            STOP => return Ok(Flow::End),
            NONE => self.push(Value::None),
            NEWTRUE => self.push(Value::True),
            NEWFALSE => self.push(Value::False),
            BININT => {
                let number = i32::from_le_bytes(self.input.array(vm)?);
                self.push(vm.new_int(number.into()));
            }
            BININT1 => {
                let number = self.input.byte(vm)?;
                self.push(vm.new_int(number.into()));
            }
            BININT2 => {
                let number = u16::from_le_bytes(self.input.array(vm)?);
                self.push(vm.new_int(number.into()));
            }
            INT => self.load_int()?,
            LONG => self.load_long()?,
            LONG1 => {
                let len = self.input.byte(vm)?.into();
                self.load_counted_long(len)?;
            }
            LONG4 => {
                let len = i32::from_le_bytes(self.input.array(vm)?);
                let Ok(len) = usize::try_from(len) else {
                    return Err(unpickling_error(vm, "LONG pickle has negative byte count"));
                };
                self.load_counted_long(len)?;
            }
            FLOAT => self.load_float()?,
            BINFLOAT => {
                let number = f64::from_be_bytes(self.input.array(vm)?);
                self.push(vm.new_float(number));
            }
            SHORT_BINBYTES => self.load_bytes(1)?,
            BINBYTES => self.load_bytes(4)?,
            BINBYTES8 => self.load_bytes(8)?,
            BYTEARRAY8 => {
                let len = self.len(8, "BYTEARRAY8", false)?;
                let range = self.input.read(vm, len)?;
                let bytes = self.input.bytes(range).to_vec();
                self.push(PyByteArray::new(vm, bytes).into_value());
            }
            NEXT_BUFFER => self.load_next_buffer()?,
            READONLY_BUFFER => self.load_readonly_buffer()?,
            SHORT_BINSTRING => self.load_binstring(1)?,
            BINSTRING => self.load_binstring(4)?,
            STRING => self.load_string()?,
            UNICODE => self.load_unicode()?,
            SHORT_BINUNICODE => self.load_binunicode(1)?,
            BINUNICODE => self.load_binunicode(4)?,
            BINUNICODE8 => self.load_binunicode(8)?,
            EMPTY_TUPLE => self.pack(0)?,
            TUPLE1 => self.pack(1)?,
            TUPLE2 => self.pack(2)?,
            TUPLE3 => self.pack(3)?,
            TUPLE => {
                let mark = self.mark()?;
                self.pack(self.stack.len().saturating_sub(mark))?;
            }
            EMPTY_LIST => self.push(vm.new_list(Vec::new())),
            LIST => {
                let mark = self.mark()?;
                let items = self.pop_from(mark)?;
                self.push(vm.new_list(items));
            }
            EMPTY_DICT => self.push(PyDict::new(vm).into_value()),
            DICT => self.load_dict()?,
            EMPTY_SET => self.push(PySet::new(vm).into_value()),
            ADDITEMS => self.load_additems()?,
            FROZENSET => {
                let mark = self.mark()?;
                let items = self.pop_from(mark)?;
                self.push(PyFrozenSet::from_values(vm, items)?.into_value());
            }
            APPEND => {
                if self.stack.len() <= self.fence() + 1 {
                    return Err(self.underflow());
                }
                self.append_from(self.stack.len() - 1)?;
            }
            APPENDS => {
                let mark = self.mark()?;
                self.append_from(mark)?;
            }
            SETITEM => match self.stack.len().checked_sub(2) {
                Some(start) => self.set_items_from(start)?,
                None => return Err(self.underflow()),
            },
            SETITEMS => {
                let mark = self.mark()?;
                self.set_items_from(mark)?;
            }
            MARK => self.marks.push(self.stack.len()),
            POP => {
                // A mark is popped when it is topmost.
                if self.marks.last() == Some(&self.stack.len()) {
                    self.marks.pop();
                } else {
                    self.pop()?;
                }
            }
            POP_MARK => {
                let mark = self.mark()?;
                self.stack.truncate(mark);
            }
            DUP => {
                let top = self.top()?.clone();
                self.push(top);
            }
            GET => {
                let line = self.input.line(vm, 2)?;
                let index = self.index_of(&line)?;
                self.get_memo(index)?;
            }
            BINGET => {
                let index = self.input.byte(vm)?;
                self.get_memo(index.into())?;
            }
            LONG_BINGET => {
                let index = u32::from_le_bytes(self.input.array(vm)?);
                self.get_memo(index.into())?;
            }
            PUT => {
                let line = self.input.line(vm, 2)?;
                let value = self.top()?.clone();
                let Ok(index) = usize::try_from(self.index_of(&line)?) else {
                    return Err(vm.value_error("negative PUT argument"));
                };
                self.put_memo(index, value);
            }
            BINPUT => {
                let index = self.input.byte(vm)?;
                let value = self.top()?.clone();
                self.put_memo(index.into(), value);
            }
            LONG_BINPUT => {
                let index = u32::from_le_bytes(self.input.array(vm)?);
                let value = self.top()?.clone();
                self.put_memo(index as usize, value);
            }
            MEMOIZE => {
                let value = self.top()?.clone();
                let index = self.unpickler.memo.borrow().len();
                self.put_memo(index, value);
            }
            PROTO => {
                let protocol = i32::from(self.input.byte(vm)?);
                if protocol > HIGHEST_PROTOCOL {
                    let text = format!("unsupported pickle protocol: {protocol}");
                    return Err(vm.value_error(text));
                }
                self.unpickler.protocol.set(protocol);
            }
            FRAME => {
                let len = u64::from_le_bytes(self.input.array(vm)?);
                if len > isize::MAX as u64 {
                    let max = isize::MAX;
                    let text = format!("FRAME length exceeds system's maximum of {max} bytes");
                    return Err(vm.overflow_error(text));
                }
                self.input.prefetch(vm, len as usize)?;
            }
            OBJ => self.load_obj()?,
            INST => self.load_inst()?,
            NEWOBJ => self.load_newobj(false)?,
            NEWOBJ_EX => self.load_newobj(true)?,
            GLOBAL => self.load_global()?,
            STACK_GLOBAL => self.load_stack_global()?,
            REDUCE => self.load_reduce()?,
            BUILD => self.load_build()?,
            PERSID => self.load_persid()?,
            BINPERSID => self.load_binpersid()?,
            EXT1 => {
                let code = self.input.byte(vm)?;
                self.load_extension(code.into())?;
            }
            EXT2 => {
                let code = u16::from_le_bytes(self.input.array(vm)?);
                self.load_extension(code.into())?;
            }
            EXT4 => {
                let code = i32::from_le_bytes(self.input.array(vm)?);
                self.load_extension(code.into())?;
            }
            _ => {
                let shown = match opcode {
                    b'\'' | b'\\' => format!("\\x{opcode:02x}"),
                    0x20..=0x7e => char::from(opcode).to_string(),
                    _ => format!("\\x{opcode:02x}"),
                };
                return Err(unpickling_error(vm, &format!("invalid load key, '{shown}'.")));
            }
        }
        Ok(Flow::On)
    }

    fn load_int(&mut self) -> PyResult<()> {
        let vm = self.vm;
        let line = self.input.line(vm, 2)?;
        // Protocol 0 wrote booleans so.
        let value = match line.as_slice() {
            b"00" => Value::False,
            b"01" => Value::True,
            digits => parse::from_bytes(vm, digits, 0)
                .or_else(|_| parse::from_bytes(vm, digits, 10))
                .map_err(|_| vm.value_error("could not convert string to int"))?,
        };
        self.push(value);
        Ok(())
    }

    fn load_long(&mut self) -> PyResult<()> {
        let vm = self.vm;
        let line = self.input.line(vm, 2)?;
        let digits = line.strip_suffix(b"L").unwrap_or(&line);
        let value = parse::from_bytes(vm, digits, 0)?;
        self.push(value);
        Ok(())
    }

    fn load_counted_long(&mut self, len: usize) -> PyResult<()> {
        let vm = self.vm;
        let range = self.input.read(vm, len)?;
        let number = BigInt::from_signed_bytes_le(self.input.bytes(range));
        self.push(vm.new_bigint(number));
        Ok(())
    }

    fn load_float(&mut self) -> PyResult<()> {
        let vm = self.vm;
        let line = self.input.line(vm, 2)?;
        let text = String::from_utf8_lossy(&line);
        let wrong = || vm.value_error(format!("could not convert string to float: '{text}\n'"));
        if text.contains('_') || text.trim() != text.as_ref() {
            return Err(wrong());
        }
        let number = vm::types::float::new::from_object(vm, &vm.new_str(&text)).map_err(|_| wrong())?;
        self.push(number);
        Ok(())
    }

    fn load_bytes(&mut self, size: usize) -> PyResult<()> {
        let vm = self.vm;
        let len = self.len(size, "BINBYTES", false)?;
        let range = self.input.read(vm, len)?;
        let bytes = vm.new_bytes(self.input.bytes(range));
        self.push(bytes);
        Ok(())
    }

    fn load_next_buffer(&mut self) -> PyResult<()> {
        let vm = self.vm;
        let Some(buffers) = self.unpickler.buffers.get() else {
            let text = "pickle stream refers to out-of-band data but no *buffers* argument was given";
            return Err(unpickling_error(vm, text));
        };
        match vm::protocol::iter::next(vm, &buffers)? {
            Some(buffer) => {
                self.push(buffer);
                Ok(())
            }
            None => Err(unpickling_error(vm, "not enough out-of-band buffers")),
        }
    }

    fn load_readonly_buffer(&mut self) -> PyResult<()> {
        let vm = self.vm;
        let view = PyMemoryView::of(vm, self.top()?)?;
        if !view.base(vm)?.readonly {
            let view = view.into_value();
            let readonly = call::call_method(vm, &view, &vm.intern_str("toreadonly"), &[])?;
            self.stack.pop();
            self.push(readonly);
        }
        Ok(())
    }

    /// A string of Python 2: bytes, unless an encoding says what they mean.
    fn python2_string(&mut self, bytes: &[u8]) -> PyResult<()> {
        let vm = self.vm;
        let encoding = self.unpickler.encoding.borrow().clone();
        let value = match encoding.name.as_str() {
            "bytes" => vm.new_bytes(bytes),
            name => codec::decode(vm, bytes, Some(name), Some(&encoding.errors))?.into_value(),
        };
        self.push(value);
        Ok(())
    }

    fn load_binstring(&mut self, size: usize) -> PyResult<()> {
        let len = self.len(size, "BINSTRING", true)?;
        let range = self.input.read(self.vm, len)?;
        let bytes = self.input.bytes(range).to_vec();
        self.python2_string(&bytes)
    }

    /// What a function of `_codecs` makes of bytes.
    fn decoded(&self, function: &str, bytes: &[u8]) -> PyResult<Value> {
        let vm = self.vm;
        let function = attr::get(vm, &import_module(vm, "_codecs")?, &vm.intern_str(function))?;
        let pair = call::call1(vm, &function, &vm.new_bytes(bytes))?;
        mapping::get_item(vm, &pair, &vm.new_int(0))
    }

    fn load_string(&mut self) -> PyResult<()> {
        let line = self.input.line(self.vm, 1)?;
        let inner = match line.as_slice() {
            [first @ (b'\'' | b'"'), inner @ .., last] if first == last => inner,
            _ => {
                let text = "the STRING opcode argument must be quoted";
                return Err(unpickling_error(self.vm, text));
            }
        };
        let bytes = self.decoded("escape_decode", inner)?;
        match bytes.downcast_ref::<PyBytes>() {
            Some(bytes) => self.python2_string(bytes.as_slice()),
            None => Err(self.underflow()),
        }
    }

    fn load_unicode(&mut self) -> PyResult<()> {
        let line = self.input.line(self.vm, 1)?;
        let text = self.decoded("raw_unicode_escape_decode", &line)?;
        self.push(text);
        Ok(())
    }

    fn load_binunicode(&mut self, size: usize) -> PyResult<()> {
        let vm = self.vm;
        let len = self.len(size, "BINUNICODE", false)?;
        let range = self.input.read(vm, len)?;
        let bytes = self.input.bytes(range);
        let text = codec::decode(vm, bytes, None, Some("surrogatepass"))?;
        self.push(text.into_value());
        Ok(())
    }

    fn load_dict(&mut self) -> PyResult<()> {
        let vm = self.vm;
        let mark = self.mark()?;
        let items = self.pop_from(mark)?;
        let (pairs, rest) = items.as_chunks::<2>();
        if !rest.is_empty() {
            return Err(unpickling_error(vm, "odd number of items for DICT"));
        }
        let dict = PyDict::new(vm);
        for [key, value] in pairs {
            dict.set(vm, key.clone(), value.clone())?;
        }
        self.push(dict.into_value());
        Ok(())
    }

    /// The object below `start`, and what stands from there on; `None` when that is nothing.
    fn target(&mut self, start: usize) -> PyResult<Option<(Value, Vec<Value>)>> {
        if start > self.stack.len() || start <= self.fence() {
            return Err(self.underflow());
        }
        if start == self.stack.len() {
            return Ok(None);
        }
        Ok(Some((self.stack[start - 1].clone(), self.stack.split_off(start))))
    }

    fn append_from(&mut self, start: usize) -> PyResult<()> {
        let vm = self.vm;
        let Some((target, items)) = self.target(start)? else {
            return Ok(());
        };
        if let Some(list) = target.downcast_ref::<PyList>()
            && target.is_exact(vm, &vm.types.list)
        {
            return list.append_vec(vm, items);
        }
        if let Some(extend) = attr::get_opt(vm, &target, &vm.intern_str("extend"))? {
            return call::call1(vm, &extend, &vm.new_list(items)).map(drop);
        }
        let append = attr::get(vm, &target, &vm.intern_str("append"))?;
        for item in &items {
            call::call1(vm, &append, item)?;
        }
        Ok(())
    }

    fn set_items_from(&mut self, start: usize) -> PyResult<()> {
        let vm = self.vm;
        let len = self.stack.len();
        if start > self.fence() && start < len && (len - start) % 2 != 0 {
            return Err(unpickling_error(vm, "odd number of items for SETITEMS"));
        }
        let Some((target, items)) = self.target(start)? else {
            return Ok(());
        };
        let exact = target.is_exact(vm, &vm.types.dict);
        let dict = target.downcast_ref::<PyDict>().filter(|_| exact);
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            match dict {
                Some(dict) => dict.set(vm, key, value)?,
                None => mapping::set_item(vm, &target, &key, value)?,
            }
        }
        Ok(())
    }

    fn load_additems(&mut self) -> PyResult<()> {
        let vm = self.vm;
        let mark = self.mark()?;
        let Some((target, items)) = self.target(mark)? else {
            return Ok(());
        };
        if let Some(set) = any_set(&target) {
            for item in items {
                set.add(vm, item)?;
            }
            return Ok(());
        }
        let add = attr::get(vm, &target, &vm.intern_str("add"))?;
        for item in &items {
            call::call1(vm, &add, item)?;
        }
        Ok(())
    }

    /// A number of the memo, in decimal.
    fn index_of(&self, line: &[u8]) -> PyResult<i64> {
        let number = parse::from_bytes(self.vm, line, 10)?;
        vm::protocol::convert_int::to_i64(self.vm, &number)
    }

    fn get_memo(&mut self, index: i64) -> PyResult<()> {
        let found = usize::try_from(index)
            .ok()
            .and_then(|index| self.unpickler.memo.borrow().get(index));
        match found {
            Some(value) => {
                self.push(value);
                Ok(())
            }
            None => {
                let text = format!("Memo value not found at index {index}");
                Err(unpickling_error(self.vm, &text))
            }
        }
    }

    fn put_memo(&mut self, index: usize, value: Value) {
        let old = self.unpickler.memo.borrow_mut().put(index, value);
        drop(old);
    }

    /// A line as text.
    pub(super) fn text_line(&mut self, min: usize, codec: &str) -> PyResult<PyRef<PyStr>> {
        let line = self.input.line(self.vm, min)?;
        codec::decode(self.vm, &line, Some(codec), None)
    }
}
