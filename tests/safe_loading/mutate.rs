//! Damaging marshal streams.

use bytecode::{CodeObject, Constant, Opcode};
use std::rc::Rc;

/// Numbers that look random (SplitMix64).
pub struct Random(u64);

impl Random {
    /// A sequence of its own for each seed.
    pub fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 when there is none.
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % (end.max(1) as u64)) as usize
    }
}

const TYPE_CODES: &[u8] = b"0NFTS.iIfgxylstuARacz)([]{}<>?rZ";

const LENGTHS: [u32; 10] = [
    0,
    1,
    2,
    3,
    255,
    65_536,
    0x00ff_ffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
];

/// A damaged stream.
pub fn mutate(random: &mut Random, bases: &[Vec<u8>]) -> Vec<u8> {
    let base = &bases[random.below(bases.len())];
    if random.below(2) == 0
        && let Ok(Some(code)) = bytecode::marshal::loads_code(base)
    {
        let mut code = code;
        for _ in 0..=random.below(3) {
            code = change_code(random, &code, 0);
        }
        if let Ok(data) = bytecode::marshal::dumps_code(&code) {
            if random.below(8) > 0 {
                return data;
            }
            return change_bytes(random, data, bases);
        }
    }
    let mut data = base.clone();
    for _ in 0..=random.below(4) {
        data = change_bytes(random, data, bases);
    }
    data
}

fn change_bytes(random: &mut Random, mut data: Vec<u8>, bases: &[Vec<u8>]) -> Vec<u8> {
    if data.is_empty() {
        return data;
    }
    let at = random.below(data.len());
    match random.below(9) {
        0 => data[at] ^= 1 << random.below(8),
        1 => data[at] = random.below(256) as u8,
        2 => data.truncate(at),
        3 => data.insert(at, random.below(256) as u8),
        4 => {
            data.remove(at);
        }
        5 => {
            let end = (at + 1 + random.below(40)).min(data.len());
            let piece = data[at..end].to_vec();
            let place = random.below(data.len());
            data.splice(place..place, piece);
        }
        6 => {
            let other = &bases[random.below(bases.len())];
            let from = random.below(other.len());
            let to = (from + 1 + random.below(60)).min(other.len());
            let end = (at + random.below(60)).min(data.len());
            data.splice(at..end, other[from..to].iter().copied());
        }
        7 => {
            // The next type code from here becomes another one.
            let place = data[at..]
                .iter()
                .position(|byte| TYPE_CODES.contains(&(byte & 0x7f)))
                .map_or(at, |offset| at + offset);
            let flag = if random.below(3) == 0 {
                0x80
            } else {
                data[place] & 0x80
            };
            data[place] = TYPE_CODES[random.below(TYPE_CODES.len())] | flag;
        }
        _ => {
            // What may be a length, or a reference, becomes an extreme one.
            let place = data[at..]
                .iter()
                .position(|byte| b"([{<>stuaRlir".contains(&(byte & 0x7f)))
                .map_or(at, |offset| at + offset + 1);
            let length = LENGTHS[random.below(LENGTHS.len())].to_le_bytes();
            for (offset, byte) in length.into_iter().enumerate() {
                if let Some(old) = data.get_mut(place + offset) {
                    *old = byte;
                }
            }
        }
    }
    data
}

fn copy(code: &CodeObject) -> CodeObject {
    CodeObject {
        argcount: code.argcount,
        posonlyargcount: code.posonlyargcount,
        kwonlyargcount: code.kwonlyargcount,
        stacksize: code.stacksize,
        flags: code.flags,
        code: code.code.clone(),
        consts: code.consts.clone(),
        names: code.names.clone(),
        localsplusnames: code.localsplusnames.clone(),
        localspluskinds: code.localspluskinds.clone(),
        filename: code.filename.clone(),
        name: code.name.clone(),
        qualname: code.qualname.clone(),
        firstlineno: code.firstlineno,
        linetable: code.linetable.clone(),
        exceptiontable: code.exceptiontable.clone(),
    }
}

/// The code object with a change in it, or in one of those inside.
fn change_code(random: &mut Random, code: &CodeObject, depth: usize) -> Rc<CodeObject> {
    let mut changed = copy(code);
    let inner: Vec<usize> = match &code.consts {
        Constant::Tuple(items) => items
            .iter()
            .enumerate()
            .filter(|(_, item)| matches!(item, Constant::Code(_)))
            .map(|(index, _)| index)
            .collect(),
        _ => Vec::new(),
    };
    if !inner.is_empty() && depth < 4 && random.below(3) > 0 {
        let place = inner[random.below(inner.len())];
        if let Constant::Tuple(items) = &code.consts {
            let mut items: Vec<Constant> = items.to_vec();
            if let Constant::Code(code) = &items[place] {
                items[place] = Constant::Code(change_code(random, code, depth + 1));
            }
            changed.consts = Constant::Tuple(items.into());
        }
        return Rc::new(changed);
    }
    match random.below(12) {
        0..=5 => change_instruction(random, &mut changed),
        6 => changed.stacksize = [0, 1, 2, 1000, u32::MAX][random.below(5)],
        7 => changed.flags ^= 1 << random.below(25),
        8 => {
            let count = [0, 1, 2, 255, u32::MAX][random.below(5)];
            match random.below(3) {
                0 => changed.argcount = count,
                1 => changed.posonlyargcount = count,
                _ => changed.kwonlyargcount = count,
            }
        }
        9 => {
            let mut kinds = changed.localspluskinds.to_vec();
            if !kinds.is_empty() {
                let at = random.below(kinds.len());
                kinds[at] = [0x20, 0x40, 0x60, 0x80, 0xff, 0][random.below(6)];
            }
            changed.localspluskinds = Rc::new(kinds.into());
        }
        10 => {
            let mut table = changed.exceptiontable.to_vec();
            if !table.is_empty() {
                let at = random.below(table.len());
                table[at] = random.below(256) as u8;
            }
            changed.exceptiontable = Rc::new(table.into());
        }
        _ => change_constants(random, &mut changed),
    }
    Rc::new(changed)
}

fn change_instruction(random: &mut Random, code: &mut CodeObject) {
    let mut bytes = code.code.to_vec();
    if bytes.len() < 4 {
        return;
    }
    let at = random.below(bytes.len() / 2) * 2;
    match random.below(6) {
        0 => bytes[at + 1] = random.below(256) as u8,
        1 => bytes[at + 1] = random.below(4) as u8,
        2 => {
            bytes.drain(at..at + 2);
        }
        3 => {
            let unit = [bytes[at], bytes[at + 1]];
            let place = random.below(bytes.len() / 2) * 2;
            bytes.splice(place..place, unit);
        }
        4 => {
            let other = random.below(bytes.len() / 2) * 2;
            bytes.swap(at, other);
            bytes.swap(at + 1, other + 1);
        }
        _ => {
            let known: Vec<u8> = (0..=255_u8)
                .filter(|number| Opcode::from_u8(*number).is_some())
                .collect();
            bytes[at] = known[random.below(known.len())];
        }
    }
    code.code = Rc::new(bytes.into());
}

fn change_constants(random: &mut Random, code: &mut CodeObject) {
    let Constant::Tuple(items) = &code.consts else {
        return;
    };
    let mut items: Vec<Constant> = items.to_vec();
    let fresh = [
        Constant::None,
        Constant::Bool(true),
        Constant::Ellipsis,
        Constant::StopIteration,
        Constant::Float(Rc::new(f64::NAN)),
        Constant::Tuple(Rc::from(Vec::new())),
        code.names.clone(),
    ];
    if items.is_empty() || random.below(3) == 0 {
        items.push(fresh[random.below(fresh.len())].clone());
    } else {
        let at = random.below(items.len());
        match random.below(3) {
            0 => drop(items.remove(at)),
            1 => items[at] = fresh[random.below(fresh.len())].clone(),
            _ => {
                let other = random.below(items.len());
                items.swap(at, other);
            }
        }
    }
    code.consts = Constant::Tuple(items.into());
}
