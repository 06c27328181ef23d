//! The memory of a thread's frames: chunks of words, so that frames never move.
//!
//! CPython 3.11: `_PyThreadState_PushFrame` in `Python/pystate.c`.

use std::mem::MaybeUninit;

/// The stack of frames of one thread: chunks of words, so that frames never move.
pub struct DataStack {
    /// Nothing is read that was not written before.
    chunks: Vec<Box<[MaybeUninit<u64>]>>,
    current: usize,
    top: *mut u64,
    limit: *mut u64,
    /// Where the previous chunks ended.
    saved: Vec<*mut u64>,
}

const CHUNK_WORDS: usize = 32 << 10;

impl Default for DataStack {
    fn default() -> DataStack {
        DataStack {
            chunks: Vec::new(),
            current: 0,
            top: std::ptr::null_mut(),
            limit: std::ptr::null_mut(),
            saved: Vec::new(),
        }
    }
}

impl DataStack {
    /// Room for `words` words.
    #[inline(always)]
    pub fn push(&mut self, words: usize) -> *mut u64 {
        let place = self.top;
        if (self.limit as usize).wrapping_sub(place as usize) >= words * 8 && !place.is_null() {
            // SAFETY: `words` words are left in the chunk.
            self.top = unsafe { place.add(words) };
            return place;
        }
        self.push_chunk(words)
    }

    #[cold]
    #[inline(never)]
    fn push_chunk(&mut self, words: usize) -> *mut u64 {
        self.saved.push(self.top);
        self.current = self.saved.len() - 1;
        let size = CHUNK_WORDS.max(words);
        if self
            .chunks
            .get(self.current)
            .is_none_or(|chunk| chunk.len() < size)
        {
            self.chunks.truncate(self.current);
            self.chunks.push(Box::new_uninit_slice(size));
        }
        let chunk = &mut self.chunks[self.current];
        let place = chunk.as_mut_ptr().cast::<u64>();
        // SAFETY: `words` <= the chunk's size.
        unsafe {
            self.limit = place.add(chunk.len());
            self.top = place.add(words);
        }
        place
    }

    /// Gives back everything from `place` on, which must be the last frame pushed.
    #[inline(always)]
    pub fn pop(&mut self, place: *mut u64) {
        self.top = place;
        if std::ptr::eq(place, self.chunks[self.current].as_ptr().cast()) {
            self.pop_chunk();
        }
    }

    #[cold]
    #[inline(never)]
    fn pop_chunk(&mut self) {
        self.top = self.saved.pop().unwrap_or(std::ptr::null_mut());
        match self.saved.len().checked_sub(1) {
            Some(previous) => {
                self.current = previous;
                let chunk = &self.chunks[previous];
                let start = chunk.as_ptr().cast::<u64>().cast_mut();
                self.limit = start.wrapping_add(chunk.len());
            }
            None => {
                self.current = 0;
                self.limit = std::ptr::null_mut();
                self.top = std::ptr::null_mut();
            }
        }
    }
}
