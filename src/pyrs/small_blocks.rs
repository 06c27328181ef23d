//! The command's allocator: blocks of up to 512 bytes from lists of each thread, everything else from the system.
//!
//! A syntax tree is tens of thousands of small boxes and vectors that live for milliseconds; so are the tables and buffers of live objects.
//! The C library keeps seven free blocks of a size at hand, and pays for each of the others with a search or a merge: a sixth of all
//! instructions of a compilation. Here a block is taken from a list and put back on a list.
//!
//! ```text
//!   thread:   free[class] ─> block ─> block …    when a batch more came back than was taken, it becomes the spare
//!             spare[class] ─> a whole batch      when the spare is taken, it goes to the pool
//!   process:  pool[class] ─> batch ─> batch …    for whichever thread runs out: what one thread frees another can use
//! ```
//!
//! Invariants: a block belongs to the class of its layout, which the caller names when it gives the block back. A free block holds the
//! address of the next one in its first word; the first block of a batch in the pool, that of the next batch in its second. Memory of small
//! blocks never goes back to the system. A thread that ends leaves its lists to the pool. `fork` waits for the pool, so that a child finds
//! it whole.
//!
//! An embedder's program keeps its own allocator: this one belongs to the command alone.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU32, Ordering};

/// Classes are multiples of this; so is every alignment that is served.
const GRANULE: usize = 16;
/// The largest block from lists.
const SMALL_MAX: usize = 512;
const CLASSES: usize = SMALL_MAX / GRANULE;
/// Bytes in a batch.
const BATCH: usize = 16 << 10;
/// What is asked of the system at once.
const CHUNK: Layout = match Layout::from_size_align(64 << 10, GRANULE) {
    Ok(layout) => layout,
    Err(_) => panic!("a power of two"),
};

/// The head of a free block.
struct Block {
    next: *mut Block,
    next_batch: *mut Block,
}

const _: () = assert!(size_of::<Block>() <= GRANULE && align_of::<Block>() <= GRANULE);

/// The free blocks of one class.
struct Lists {
    free: Cell<*mut Block>,
    /// How many more blocks come back before the list is put aside. What is taken makes room.
    room: Cell<isize>,
    spare: Cell<*mut Block>,
}

/// What a thread has.
struct Local {
    classes: [Lists; CLASSES],
    /// The rest of the chunk that blocks are cut from.
    start: Cell<*mut u8>,
    left: Cell<usize>,
    /// Whether the thread's end will be noticed.
    known: Cell<bool>,
}

thread_local! {
    static LOCAL: Local = const {
        Local {
            classes: [const {
                Lists {
                    free: Cell::new(null_mut()),
                    room: Cell::new(0),
                    spare: Cell::new(null_mut()),
                }
            }; CLASSES],
            start: Cell::new(null_mut()),
            left: Cell::new(0),
            known: Cell::new(false),
        }
    };
}

/// The batches that no thread holds.
struct Pool {
    busy: AtomicBool,
    batches: [AtomicPtr<Block>; CLASSES],
}

static POOL: Pool = Pool {
    busy: AtomicBool::new(false),
    batches: [const { AtomicPtr::new(null_mut()) }; CLASSES],
};

impl Pool {
    /// Waits for the pool. Whoever has it does a handful of instructions.
    fn lock(&self) {
        while self
            .busy
            .compare_exchange_weak(false, true, Ordering::Acquire, Ordering::Relaxed)
            .is_err()
        {
            std::hint::spin_loop();
            std::thread::yield_now();
        }
    }

    fn unlock(&self) {
        self.busy.store(false, Ordering::Release);
    }

    /// Adds a list of free blocks.
    fn put(&self, class: usize, batch: *mut Block) {
        if batch.is_null() {
            return;
        }
        let head = &self.batches[class];
        self.lock();
        // SAFETY: a free block is large enough for a head, and nobody else holds this one.
        unsafe { (*batch).next_batch = head.load(Ordering::Relaxed) };
        head.store(batch, Ordering::Relaxed);
        self.unlock();
    }

    /// Takes a list of free blocks; null when there is none.
    fn take(&self, class: usize) -> *mut Block {
        let head = &self.batches[class];
        // A batch that is missed is found the next time.
        if head.load(Ordering::Relaxed).is_null() {
            return null_mut();
        }
        self.lock();
        let batch = head.load(Ordering::Relaxed);
        if !batch.is_null() {
            // SAFETY: what is in the pool is free, and the first block of a batch names the next batch.
            head.store(unsafe { (*batch).next_batch }, Ordering::Relaxed);
        }
        self.unlock();
        batch
    }
}

/// Noticing the end of threads: a key of thread-specific data, whose destructor is called; and `fork`.
mod ending {
    use super::{AtomicU32, LOCAL, Local, Ordering, POOL};

    /// The key plus one; 0 before it is made.
    static KEY: AtomicU32 = AtomicU32::new(0);

    extern "C" fn before_fork() {
        POOL.lock();
    }

    extern "C" fn after_fork() {
        POOL.unlock();
    }

    unsafe extern "C" fn at_thread_end(_: *mut libc::c_void) {
        LOCAL.with(|local| {
            // What other destructors allocate from now on is noticed again.
            local.known.set(false);
            local.leave();
        });
    }

    /// Sees to it that `at_thread_end` is called in this thread.
    pub fn watch(local: &Local) {
        local.known.set(true);
        let mut key = KEY.load(Ordering::Acquire);
        if key == 0 {
            let mut made = 0;
            // SAFETY: `made` is written, and the destructor is a function for good.
            if unsafe { libc::pthread_key_create(&mut made, Some(at_thread_end)) } != 0 {
                return;
            }
            match KEY.compare_exchange(0, made + 1, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => {
                    key = made + 1;
                    // SAFETY: the handlers are functions for good, and do nothing but take and release the pool.
                    unsafe {
                        libc::pthread_atfork(Some(before_fork), Some(after_fork), Some(after_fork));
                    }
                }
                Err(other) => {
                    // SAFETY: this key was just made, and nobody knows it.
                    unsafe { libc::pthread_key_delete(made) };
                    key = other;
                }
            }
        }
        // SAFETY: the key was made and is never deleted; any value but null will do.
        unsafe { libc::pthread_setspecific(key - 1, std::ptr::from_ref(local).cast()) };
    }
}

/// Blocks in a batch.
fn batch_len(class: usize) -> isize {
    (BATCH / GRANULE / (class + 1)) as isize
}

impl Local {
    /// A block of this class, when the list is empty.
    #[cold]
    #[inline(never)]
    fn refill(&self, class: usize) -> *mut u8 {
        if !self.known.get() {
            ending::watch(self);
        }
        let lists = &self.classes[class];
        let mut batch = lists.spare.replace(null_mut());
        if batch.is_null() {
            batch = POOL.take(class);
        }
        if batch.is_null() {
            return self.cut((class + 1) * GRANULE);
        }
        // SAFETY: a batch is a list of free blocks that this thread now holds alone.
        lists.free.set(unsafe { (*batch).next });
        lists.room.set(batch_len(class));
        batch.cast()
    }

    /// A block cut from the chunk.
    fn cut(&self, size: usize) -> *mut u8 {
        if self.left.get() < size {
            // The rest is less than one block of this class, but may be one of a smaller class.
            let rest = self.left.replace(0);
            if rest >= GRANULE {
                self.give(self.start.get(), rest / GRANULE - 1);
            }
            // SAFETY: the size is not zero.
            let chunk = unsafe { System.alloc(CHUNK) };
            if chunk.is_null() {
                return chunk;
            }
            self.start.set(chunk);
            self.left.set(CHUNK.size());
        }
        let block = self.start.get();
        // SAFETY: `left` bytes from `start` on belong to the thread, and `size` is no more.
        self.start.set(unsafe { block.add(size) });
        self.left.set(self.left.get() - size);
        block
    }

    #[inline]
    fn get(&self, class: usize) -> *mut u8 {
        let lists = &self.classes[class];
        let block = lists.free.get();
        if block.is_null() {
            return self.refill(class);
        }
        // SAFETY: blocks on the list are free, and a free block names the next one.
        lists.free.set(unsafe { (*block).next });
        lists.room.set(lists.room.get() + 1);
        block.cast()
    }

    #[inline]
    fn give(&self, block: *mut u8, class: usize) {
        let lists = &self.classes[class];
        let block = block.cast::<Block>();
        // SAFETY: the caller gives the block back, which is at least as large as a head and aligned for one.
        unsafe { (*block).next = lists.free.get() };
        lists.free.set(block);
        let room = lists.room.get() - 1;
        lists.room.set(room);
        if room <= 0 {
            self.put_aside(class);
        }
    }

    /// Makes a batch of the list: blocks that this thread will hardly need.
    #[cold]
    #[inline(never)]
    fn put_aside(&self, class: usize) {
        let lists = &self.classes[class];
        let batch = lists.free.replace(null_mut());
        lists.room.set(batch_len(class));
        POOL.put(class, lists.spare.replace(batch));
        if !self.known.get() {
            ending::watch(self);
        }
    }

    /// Leaves everything to the pool.
    fn leave(&self) {
        for (class, lists) in self.classes.iter().enumerate() {
            lists.room.set(0);
            POOL.put(class, lists.free.replace(null_mut()));
            POOL.put(class, lists.spare.replace(null_mut()));
        }
        // What is left of the chunk, as the largest blocks that fit.
        while self.left.get() >= GRANULE {
            let size = self.left.get().min(SMALL_MAX) / GRANULE * GRANULE;
            let block = self.cut(size).cast::<Block>();
            // SAFETY: the block was just cut, and nobody else holds it.
            unsafe { (*block).next = null_mut() };
            POOL.put(size / GRANULE - 1, block);
        }
    }
}

/// The allocator.
pub struct SmallBlocks;

/// The class that serves a layout, if one does.
#[inline]
fn class_of(size: usize, align: usize) -> Option<usize> {
    // A size of zero is never asked for.
    let class = size.wrapping_sub(1) / GRANULE;
    (class < CLASSES && align <= GRANULE).then_some(class)
}

// SAFETY: a block is handed out once until it is given back, is as large as its class, which is at least the layout's size, and aligned
// like its chunk and its size: to multiples of `GRANULE`. Nothing here panics or allocates by way of the global allocator.
unsafe impl GlobalAlloc for SmallBlocks {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        match class_of(layout.size(), layout.align()) {
            Some(class) => LOCAL.with(|local| local.get(class)),
            // SAFETY: the caller's promise is the same.
            None => unsafe { System.alloc(layout) },
        }
    }

    #[inline]
    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        match class_of(layout.size(), layout.align()) {
            Some(class) => LOCAL.with(|local| local.give(block, class)),
            // SAFETY: the block came from the system, by the same choice.
            None => unsafe { System.dealloc(block, layout) },
        }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        match class_of(layout.size(), layout.align()) {
            Some(class) => {
                let block = LOCAL.with(|local| local.get(class));
                if !block.is_null() {
                    // SAFETY: the block has at least so many bytes.
                    unsafe { block.write_bytes(0, layout.size()) };
                }
                block
            }
            // SAFETY: the caller's promise is the same.
            None => unsafe { System.alloc_zeroed(layout) },
        }
    }

    #[inline]
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let (old, new) = (
            class_of(layout.size(), layout.align()),
            class_of(size, layout.align()),
        );
        match (old, new) {
            (Some(old), Some(new)) if old == new => return block,
            // SAFETY: the block came from the system, and the new one will be taken to have come from there.
            (None, None) => return unsafe { System.realloc(block, layout, size) },
            _ => {}
        }
        // SAFETY: the caller promises that the size is one for this alignment; the blocks are apart, and as large as said.
        unsafe {
            let moved = self.alloc(Layout::from_size_align_unchecked(size, layout.align()));
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(block, layout.size().min(size));
                self.dealloc(block, layout);
            }
            moved
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    /// A vector of a length that says what is in it.
    fn filled(length: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        for _ in 0..length {
            bytes.push(length as u8);
        }
        bytes
    }

    fn check(bytes: &[u8]) {
        assert!(bytes.iter().all(|&byte| byte == bytes.len() as u8));
    }

    /// The next of a sequence of numbers without a pattern.
    fn next(state: &mut usize) -> usize {
        *state = state
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        *state >> 33
    }

    #[test]
    fn blocks_do_not_overlap() {
        let mut state = 1;
        let mut held: Vec<Vec<u8>> = Vec::new();
        for _ in 0..60_000 {
            if next(&mut state) % 5 < 2 && !held.is_empty() {
                let at = next(&mut state) % held.len();
                check(&held.swap_remove(at));
            } else if held.len() < 3000 {
                held.push(filled(next(&mut state) % 700));
            } else {
                let at = next(&mut state) % held.len();
                let length = next(&mut state) % 1200;
                held[at].resize(length, 0);
                held[at].shrink_to_fit();
                held[at].fill(length as u8);
            }
        }
        held.iter().for_each(|bytes| check(bytes));
    }

    #[test]
    fn what_one_thread_frees_another_uses() {
        let (send, receive) = mpsc::channel::<Vec<u8>>();
        let taker = std::thread::spawn(move || {
            let mut state = 7;
            let mut kept = Vec::new();
            for bytes in receive {
                check(&bytes);
                if next(&mut state) % 3 == 0 {
                    kept.push(bytes);
                }
                if kept.len() > 500 {
                    kept.iter().for_each(|bytes| check(bytes));
                    kept.clear();
                }
            }
        });
        let makers: Vec<_> = (0..4)
            .map(|seed| {
                let send = send.clone();
                std::thread::spawn(move || {
                    let mut state = seed;
                    for _ in 0..20_000 {
                        send.send(filled(next(&mut state) % 600))
                            .expect("it takes all");
                    }
                })
            })
            .collect();
        drop(send);
        for thread in makers.into_iter().chain([taker]) {
            thread.join().expect("no thread panics");
        }
    }

    #[test]
    fn threads_leave_their_blocks_behind() {
        for round in 0..200 {
            let thread = std::thread::spawn(move || {
                let held: Vec<_> = (0..500).map(|n| filled((n + round) % 512)).collect();
                held.iter().for_each(|bytes| check(bytes));
            });
            thread.join().expect("no thread panics");
        }
    }

    #[test]
    fn alignment_is_kept() {
        #[repr(align(64))]
        struct Wide([u8; 64]);
        let held: Vec<_> = (0..100u8).map(|n| Box::new(Wide([n; 64]))).collect();
        for (n, wide) in held.iter().enumerate() {
            assert_eq!(std::ptr::from_ref(&**wide).addr() % 64, 0);
            assert!(wide.0.iter().all(|&byte| byte as usize == n));
        }
    }
}
