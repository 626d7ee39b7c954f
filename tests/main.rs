//! One test binary: each module is a part of the product as people meet it.

mod matching;
mod quiz;
mod schema;
