//! `Regs`: the registers of the loop, and the only raw access to the value stack.
//!
//! Every handler gets `&mut Regs` and works through these accessors. Code objects are verified before they run (`bytecode::verify`): stack
//! depths, local and constant indices and jump targets are in range, which is what the SAFETY notes here rest on. Debug builds check the
//! bounds again.
//!
//! CPython 3.11: the macros at the head of `Python/ceval.c`.

use super::frame::Frame;
use crate::context::Thread;
use crate::object::{Py, Value};
use crate::types::code::PyCode;
use crate::types::dict::value::PyDict;
use crate::types::str::value::PyStr;
use crate::types::tuple::value::PyTuple;
use std::mem::MaybeUninit;

/// The registers of the loop: three words that change, so that all of them stay in machine registers. What else the loop needs at every
/// step stands in the frame.
///
/// The gaps keep the words from standing side by side in memory: LLVM's SLP vectoriser would otherwise carry pairs of them in vector
/// registers through the loop (measured: an int loop takes twice the time).
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Regs {
    /// The next instruction.
    pub ip: *const u16,
    _gap_ip: MaybeUninit<u64>,
    sp: *mut Value,
    _gap_sp: MaybeUninit<u64>,
    /// The running frame.
    pub frame: *mut Frame,
    _gap_frame: MaybeUninit<u64>,
    /// The running thread; the same as long as the loop runs.
    pub thread: *const Thread,
}

impl Regs {
    /// Registers for a frame.
    #[inline(always)]
    pub fn new(thread: &Thread, frame: *mut Frame) -> Regs {
        // SAFETY: frames given to the loop are complete and alive while they run.
        unsafe {
            Regs {
                ip: (*frame).ip,
                sp: (*frame).locals().add((*frame).stacktop as usize),
                frame,
                thread,
                _gap_ip: MaybeUninit::uninit(),
                _gap_sp: MaybeUninit::uninit(),
                _gap_frame: MaybeUninit::uninit(),
            }
        }
    }

    /// Registers with these contents.
    #[inline(always)]
    pub fn from_words(
        ip: *const u16,
        sp: *mut Value,
        frame: *mut Frame,
        thread: *const Thread,
    ) -> Regs {
        Regs {
            ip,
            sp,
            frame,
            thread,
            _gap_ip: MaybeUninit::uninit(),
            _gap_sp: MaybeUninit::uninit(),
            _gap_frame: MaybeUninit::uninit(),
        }
    }

    /// The stack pointer.
    #[inline(always)]
    pub fn sp(&self) -> *mut Value {
        self.sp
    }

    /// Runs `f` on a copy of the registers and takes the copy over (see `slow_handler!`).
    #[inline(always)]
    pub fn out_of_line<R>(&mut self, f: impl FnOnce(&mut Regs) -> R) -> R {
        let (result, ip, sp, frame) = on_copy(self.ip, self.sp, self.frame, self.thread, f);
        self.ip = ip;
        self.sp = sp;
        self.frame = frame;
        result
    }

    /// Takes up a frame where it stands.
    #[inline(always)]
    pub fn load(&mut self, frame: *mut Frame) {
        // SAFETY: frames given to the loop are complete and alive while they run.
        unsafe {
            self.frame = frame;
            self.sp = (*frame).locals().add((*frame).stacktop as usize);
            self.ip = (*frame).ip;
        }
    }

    /// Writes stack pointer and instruction pointer back into the frame.
    #[inline(always)]
    pub fn save(&mut self) {
        // SAFETY: the running frame is alive.
        unsafe {
            (*self.frame).stacktop = self.sp.offset_from(self.frame().locals()) as u32;
            (*self.frame).ip = self.ip;
        }
    }

    /// The running frame.
    #[inline(always)]
    pub fn frame(&self) -> &Frame {
        // SAFETY: the running frame is alive.
        unsafe { &*self.frame }
    }

    /// The running frame, to change it.
    #[inline(always)]
    pub fn frame_mut(&mut self) -> &mut Frame {
        // SAFETY: the running frame is alive, and the loop is its only user now.
        unsafe { &mut *self.frame }
    }

    /// The running thread.
    #[inline(always)]
    pub fn thread(&self) -> &Thread {
        // SAFETY: the thread outlives its loop.
        unsafe { &*self.thread }
    }

    /// The running code.
    #[inline(always)]
    pub fn code(&self) -> &Py<PyCode> {
        &self.frame().code
    }

    /// Globals of the running frame.
    #[inline(always)]
    pub fn globals<'a>(&self) -> &'a Py<PyDict> {
        // SAFETY: the frame's function keeps them alive as long as the frame runs.
        unsafe { &*self.frame().globals }
    }

    /// Builtins of the running frame.
    #[inline(always)]
    pub fn builtins<'a>(&self) -> &'a Py<PyDict> {
        // SAFETY: as for `globals`.
        unsafe { &*self.frame().builtins }
    }

    /// Reads an instruction and notes in the frame where it is.
    #[inline(always)]
    pub fn fetch(&mut self) -> u16 {
        // SAFETY: verified code does not run off its end.
        unsafe {
            let unit = *self.ip;
            self.ip = self.ip.add(1);
            (*self.frame).ip = self.ip;
            unit
        }
    }

    /// The code unit `offset` units from the next one.
    #[inline(always)]
    pub fn unit(&self, offset: usize) -> u16 {
        // SAFETY: used within an instruction's inline cache, or for the next instruction.
        unsafe { *self.ip.add(offset) }
    }

    /// The running instruction, or its last prefix-free unit.
    #[inline(always)]
    pub fn unit_before(&self) -> u16 {
        // SAFETY: the instruction was just fetched.
        unsafe { *self.ip.sub(1) }
    }

    /// Writes a code unit of an inline cache (or, at -1, the running instruction itself).
    #[inline(always)]
    pub fn set_unit(&mut self, offset: isize, unit: u16) {
        // SAFETY: used within an instruction and its inline cache; the array is the frame's own quickened copy.
        unsafe { *self.ip.offset(offset).cast_mut() = unit };
    }

    /// Two cache units as one number.
    #[inline(always)]
    pub fn cache_u32(&self, offset: usize) -> u32 {
        // SAFETY: used within an instruction's inline cache.
        unsafe { self.ip.add(offset).cast::<u32>().read_unaligned() }
    }

    /// Writes two cache units.
    #[inline(always)]
    pub fn set_cache_u32(&mut self, offset: usize, value: u32) {
        // SAFETY: used within an instruction's inline cache.
        unsafe {
            self.ip
                .add(offset)
                .cast_mut()
                .cast::<u32>()
                .write_unaligned(value)
        };
    }

    /// Four cache units as one number.
    #[inline(always)]
    pub fn cache_u64(&self, offset: usize) -> u64 {
        // SAFETY: used within an instruction's inline cache.
        unsafe { self.ip.add(offset).cast::<u64>().read_unaligned() }
    }

    /// Writes four cache units.
    #[inline(always)]
    pub fn set_cache_u64(&mut self, offset: usize, value: u64) {
        // SAFETY: used within an instruction's inline cache.
        unsafe {
            self.ip
                .add(offset)
                .cast_mut()
                .cast::<u64>()
                .write_unaligned(value)
        };
    }

    /// Jumps forward, or skips an inline cache.
    #[inline(always)]
    pub fn jump(&mut self, units: usize) {
        // SAFETY: verified jump targets, or an instruction's own cache.
        self.ip = unsafe { self.ip.add(units) };
    }

    /// Jumps backward.
    #[inline(always)]
    pub fn jump_back(&mut self, units: usize) {
        // SAFETY: verified jump targets.
        self.ip = unsafe { self.ip.sub(units) };
    }

    /// Pushes.
    #[inline(always)]
    pub fn push(&mut self, value: Value) {
        debug_assert!(
            self.depth() < self.code().stacksize as isize,
            "value stack overflow"
        );
        // SAFETY: verified code stays within co_stacksize.
        unsafe {
            self.sp.write(value);
            self.sp = self.sp.add(1);
        }
    }

    /// Pops.
    #[inline(always)]
    pub fn pop(&mut self) -> Value {
        debug_assert!(self.depth() > 0, "value stack underflow");
        // SAFETY: verified code does not pop an empty stack; the slot counts as uninitialised afterwards.
        unsafe {
            self.sp = self.sp.sub(1);
            self.sp.read()
        }
    }

    /// The value `n` from the top: 1 is the top.
    #[inline(always)]
    pub fn peek(&self, n: usize) -> &Value {
        debug_assert!(n as isize <= self.depth(), "value stack underflow");
        // SAFETY: verified code has that many values.
        unsafe { &*self.sp.sub(n) }
    }

    /// Replaces the value `n` from the top and gives the old one.
    #[inline(always)]
    pub fn replace(&mut self, n: usize, value: Value) -> Value {
        debug_assert!(n as isize <= self.depth(), "value stack underflow");
        // SAFETY: verified code has that many values.
        unsafe { std::ptr::replace(self.sp.sub(n), value) }
    }

    /// Replaces the top; the old one is dropped.
    #[inline(always)]
    pub fn set_top(&mut self, value: Value) {
        drop(self.replace(1, value));
    }

    /// Takes the two upper values, which must be in place (no references), off the stack.
    #[inline(always)]
    pub fn drop_two_in_place(&mut self) {
        debug_assert!(!self.peek(1).is_object() && !self.peek(2).is_object());
        // SAFETY: both values were there and own nothing.
        self.sp = unsafe { self.sp.sub(2) };
    }

    /// Replaces the two upper values, which must be in place (no references), by one.
    #[inline(always)]
    pub fn replace_two_in_place(&mut self, value: Value) {
        debug_assert!(!self.peek(1).is_object() && !self.peek(2).is_object());
        // SAFETY: both values were there and own nothing.
        unsafe {
            self.sp = self.sp.sub(1);
            self.sp.sub(1).write(value);
        }
    }

    /// Exchanges the top with the value `n` from the top.
    #[inline(always)]
    pub fn swap(&mut self, n: usize) {
        // SAFETY: verified code has that many values.
        unsafe { std::ptr::swap(self.sp.sub(1), self.sp.sub(n)) };
    }

    /// The upper `n` values, lowest first.
    #[inline(always)]
    pub fn top_slice<'a>(&self, n: usize) -> &'a [Value] {
        debug_assert!(n as isize <= self.depth(), "value stack underflow");
        // SAFETY: verified code has that many values. The caller keeps the stack as it is while it uses the slice.
        unsafe { std::slice::from_raw_parts(self.sp.sub(n), n) }
    }

    /// Takes the upper `n` values, lowest first.
    #[inline(always)]
    pub fn pop_many(&mut self, n: usize) -> Vec<Value> {
        debug_assert!(n as isize <= self.depth(), "value stack underflow");
        let mut values = Vec::with_capacity(n);
        // SAFETY: the values move out of the stack, which then ends below them.
        unsafe {
            self.sp = self.sp.sub(n);
            std::ptr::copy_nonoverlapping(self.sp, values.as_mut_ptr(), n);
            values.set_len(n);
        }
        values
    }

    /// Takes the upper `n` values off the stack, lowest first, without an allocation. The iterator must be run to its end.
    #[inline(always)]
    pub fn take_many<'a>(&mut self, n: usize) -> impl Iterator<Item = Value> + use<'a> {
        debug_assert!(n as isize <= self.depth(), "value stack underflow");
        // SAFETY: the values leave the stack, which then ends below them; each is read once while the slots are still intact.
        let start = unsafe {
            self.sp = self.sp.sub(n);
            self.sp
        };
        // SAFETY: as above.
        (0..n).map(move |index| unsafe { start.add(index).read() })
    }

    /// Drops the upper `n` values.
    #[inline(always)]
    pub fn drop_many(&mut self, n: usize) {
        for _ in 0..n {
            drop(self.pop());
        }
    }

    /// Moves the upper `n` values to `target` and takes them off the stack.
    ///
    /// # Safety
    /// `target` must have room for `n` values, whose old contents are overwritten without being dropped.
    #[inline(always)]
    pub unsafe fn move_many(&mut self, n: usize, target: *mut Value) {
        debug_assert!(n as isize <= self.depth(), "value stack underflow");
        // SAFETY: the caller vouches for the target; the values leave the stack.
        unsafe {
            self.sp = self.sp.sub(n);
            std::ptr::copy_nonoverlapping(self.sp, target, n);
        }
    }

    /// Takes up `n` values that were written above the stack's top.
    ///
    /// # Safety
    /// They must have been written, at `sp()` and above.
    #[inline(always)]
    pub unsafe fn written(&mut self, n: usize) {
        debug_assert!(self.depth() + n as isize <= self.code().stacksize as isize);
        // SAFETY: verified code stays within co_stacksize.
        self.sp = unsafe { self.sp.add(n) };
    }

    /// Takes the upper `n` values off the stack without dropping them.
    ///
    /// # Safety
    /// What they own must have moved elsewhere.
    #[inline(always)]
    pub unsafe fn forget_many(&mut self, n: usize) {
        debug_assert!(n as isize <= self.depth(), "value stack underflow");
        // SAFETY: verified code has that many values.
        self.sp = unsafe { self.sp.sub(n) };
    }

    /// Values on the stack.
    #[inline(always)]
    pub fn depth(&self) -> isize {
        // SAFETY: both point into the frame.
        unsafe { self.sp.offset_from(self.frame().locals()) - self.code().nlocalsplus() as isize }
    }

    /// A slot of localsplus.
    #[inline(always)]
    pub fn local(&self, index: usize) -> &Value {
        debug_assert!(index < self.code().nlocalsplus());
        // SAFETY: verified indices; localsplus is always initialised.
        unsafe { &*self.frame().locals().add(index) }
    }

    /// Replaces a slot of localsplus and gives the old value.
    #[inline(always)]
    pub fn replace_local(&mut self, index: usize, value: Value) -> Value {
        debug_assert!(index < self.code().nlocalsplus());
        // SAFETY: as in `local`.
        unsafe { std::ptr::replace(self.frame().locals().add(index), value) }
    }

    /// A constant.
    #[inline(always)]
    pub fn constant(&self, index: usize) -> &Value {
        debug_assert!(index < self.code().consts.len());
        // SAFETY: verified indices; the code keeps its constants.
        unsafe { &*self.frame().consts.add(index) }
    }

    /// A name: interned.
    #[inline(always)]
    pub fn name<'a>(&self, index: usize) -> &'a Py<PyStr> {
        debug_assert!(index < self.code().names.len());
        // SAFETY: verified indices; `PyCode` holds only strings in `names`, and the running code keeps them.
        unsafe { &*((*self.frame().names.add(index)).bits() as *const Py<PyStr>) }
    }

    /// Notes the keyword names of the next call.
    #[inline(always)]
    pub fn set_kwnames(&mut self, index: usize) {
        let names = self.constant(index).downcast_ref::<PyTuple>();
        let names = names.map_or(std::ptr::null(), |names| names as *const _);
        self.frame_mut().kwnames = names;
    }

    /// Takes the keyword names of this call.
    #[inline(always)]
    pub fn take_kwnames<'a>(&mut self) -> Option<&'a Py<PyTuple>> {
        let names = std::mem::replace(&mut self.frame_mut().kwnames, std::ptr::null());
        // SAFETY: null, or a constant of the running code.
        unsafe { names.as_ref() }
    }

    /// Keyword names of this call, kept.
    #[inline(always)]
    pub fn peek_kwnames<'a>(&self) -> Option<&'a Py<PyTuple>> {
        // SAFETY: null, or a constant of the running code.
        unsafe { self.frame().kwnames.as_ref() }
    }

    /// Cuts the stack to a depth, dropping what is above (exception handling).
    #[inline(always)]
    pub fn cut_to(&mut self, depth: usize) {
        while self.depth() > depth as isize {
            drop(self.pop());
        }
    }
}

/// A function of its own, and words instead of `Regs`, so that nobody sees an address of the caller's: a caller whose local variables have
/// given away their address can neither keep them in machine registers nor end in a jump.
#[inline(never)]
fn on_copy<R>(
    ip: *const u16,
    sp: *mut Value,
    frame: *mut Frame,
    thread: *const Thread,
    f: impl FnOnce(&mut Regs) -> R,
) -> (R, *const u16, *mut Value, *mut Frame) {
    let mut registers = Regs::from_words(ip, sp, frame, thread);
    let result = f(&mut registers);
    (result, registers.ip, registers.sp, registers.frame)
}
