//! One value from a file object, read by `readinto` piece by piece: the file is left behind the value, whatever kind of file it is.
//!
//! CPython 3.11: `r_string` and `marshal_load` in `Python/marshal.c`.

use super::unmarshal::{LiveError, LiveSink};
use super::util;
use crate::context::{PyResult, Vm};
use crate::object::Value;
use crate::protocol::convert_int;
use crate::types::bytearray::value::PyByteArray;
use crate::types::bytes::value::PyBytes;
use crate::types::memoryview::PyMemoryView;
use bytecode::marshal::{Input, read_object};

/// How much is asked for at once: the stream claims a length, the file has to prove it.
const PIECE: usize = 1 << 16;

struct FileInput<'a> {
    vm: &'a Vm,
    file: &'a Value,
    taken: Vec<u8>,
}

impl FileInput<'_> {
    /// Reads `count` bytes; whether they were all there.
    fn fill(&mut self, count: usize) -> PyResult<bool> {
        let vm = self.vm;
        self.taken.clear();
        while self.taken.len() < count {
            let size = (count - self.taken.len()).min(PIECE);
            let piece = PyByteArray::new(vm, vec![0; size]).into_value();
            let view = PyMemoryView::of(vm, &piece)?.into_value();
            let read = util::call_method(vm, self.file, "readinto", &[view])?;
            let read = convert_int::to_isize(vm, &read)?;
            if read > size as isize {
                return Err(vm.value_error(format!(
                    "read() returned too much data: {size} bytes requested, {read} returned"
                )));
            }
            if read < size as isize {
                return Ok(false);
            }
            let bytes = crate::protocol::buffer::to_vec(vm, &piece)?;
            self.taken.extend_from_slice(&bytes);
        }
        Ok(true)
    }
}

impl Input<LiveError> for FileInput<'_> {
    fn take(&mut self, count: usize) -> Result<&[u8], LiveError> {
        if !self.fill(count)? {
            return Err(self.vm.eof_error("EOF read where not expected").into());
        }
        Ok(&self.taken)
    }

    fn byte(&mut self) -> Result<Option<u8>, LiveError> {
        Ok(if self.fill(1)? {
            self.taken.first().copied()
        } else {
            None
        })
    }
}

/// `marshal.load(file)`
pub fn load(vm: &Vm, file: &Value) -> PyResult<Value> {
    let start = util::call_method(vm, file, "read", &[vm.new_int(0)])?;
    if start.downcast_ref::<PyBytes>().is_none() {
        return Err(vm.type_error(format!(
            "file.read() returned not bytes but {}",
            start.class(vm).tp_name()
        )));
    }
    let mut input = FileInput {
        vm,
        file,
        taken: Vec::new(),
    };
    read_object(&mut input, &mut LiveSink::new(vm)).map_err(|error: LiveError| error.into_py(vm))
}
