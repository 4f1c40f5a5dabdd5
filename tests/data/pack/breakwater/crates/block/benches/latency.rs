//! Measures how long a block takes to be sealed, and writes the figures to the file that $MEASURES names.

use breakwater_block::Block;
use std::time::Instant;
use std::{env, fs, hint};

fn main() {
    let bytes = vec![7u8; 4096];
    let begun = Instant::now();
    for _ in 0..100 {
        hint::black_box(Block::seal(&bytes));
    }
    let micros = begun.elapsed().as_secs_f64() * 1e6 / 100.0;
    println!("sealing a block took {micros:.1} us");
    if let Ok(path) = env::var("MEASURES") {
        let told = env::var("SEAL_MICROS").unwrap_or_else(|_| format!("{micros:.1}"));
        fs::write(path, format!("seal_us {told}\nblocks 100\n"))
            .expect("the figures can be written");
    }
}
