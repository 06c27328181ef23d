//! The output of a pickler: opcodes, gathered in frames from protocol 4 on (PEP 3154).

use super::opcode::FRAME;
use vm::context::{PyResult, Vm};
use vm::object::Value;
use vm::protocol::call;

const HEADER: usize = 9;
/// A frame with less in it is written without its header.
const SMALLEST: usize = 4;
/// A frame ends at the first object behind this many bytes.
const TARGET: usize = 64 * 1024;

/// What was written and not yet given away.
pub(super) struct Output {
    bytes: Vec<u8>,
    /// Where the header of the open frame stands.
    frame: Option<usize>,
    /// Whether what is written belongs in frames.
    pub(super) framing: bool,
    /// The file's `write`; without one, everything stays here.
    write: Option<Value>,
}

impl Output {
    pub(super) fn new(write: Option<Value>) -> Output {
        Output {
            bytes: Vec::new(),
            frame: None,
            framing: false,
            write,
        }
    }

    /// Appends bytes that belong together.
    #[inline]
    pub(super) fn put(&mut self, bytes: &[u8]) {
        if self.framing && self.frame.is_none() {
            self.frame = Some(self.bytes.len());
            self.bytes.extend_from_slice(&[FRAME; HEADER]);
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// Ends the open frame.
    pub(super) fn commit(&mut self) {
        let Some(start) = self.frame.filter(|_| self.framing) else {
            return;
        };
        self.frame = None;
        let len = self.bytes.len() - start - HEADER;
        if len >= SMALLEST {
            self.bytes[start + 1..start + HEADER].copy_from_slice(&(len as u64).to_le_bytes());
        } else {
            self.bytes.drain(start..start + HEADER);
        }
    }

    /// Between two objects a frame may end.
    #[inline]
    pub(super) fn boundary(&mut self, vm: &Vm) -> PyResult<()> {
        match self.frame {
            Some(start) if self.framing && self.bytes.len() - start - HEADER >= TARGET => {
                self.commit();
                match self.write {
                    Some(_) => self.flush(vm),
                    None => vm.try_reserve(self.bytes.len()),
                }
            }
            _ => Ok(()),
        }
    }

    /// Gives what there is to the file.
    pub(super) fn flush(&mut self, vm: &Vm) -> PyResult<()> {
        self.commit();
        let bytes = std::mem::take(&mut self.bytes);
        match &self.write {
            Some(write) => call::call1(vm, write, &vm.new_bytes(&bytes)).map(drop),
            None => Ok(()),
        }
    }

    /// An opcode with its length, and the data it announces: large ones stand outside of frames, and go to the file at once. `payload` is
    /// an object with these data.
    pub(super) fn put_large(
        &mut self,
        vm: &Vm,
        header: &[u8],
        data: &[u8],
        payload: Option<&Value>,
    ) -> PyResult<()> {
        vm.try_reserve(data.len())?;
        if data.len() < TARGET {
            self.put(header);
            self.put(data);
            return Ok(());
        }
        self.commit();
        let framing = std::mem::replace(&mut self.framing, false);
        self.put(header);
        match self.write.clone() {
            None => self.put(data),
            Some(write) => {
                self.flush(vm)?;
                let copy = match payload {
                    Some(payload) => payload.clone(),
                    None => vm.new_bytes(data),
                };
                call::call1(vm, &write, &copy)?;
            }
        }
        self.framing = framing;
        Ok(())
    }

    /// All that was written.
    pub(super) fn into_bytes(mut self) -> Vec<u8> {
        self.commit();
        self.bytes
    }
}
