"""The one function of the C library that kernels call, as LLVM assembly, for Windows, where not every process has it.

LLVM fills memory with a loop of vector instructions here: in a function of this name it does not call memset.
"""

MEMSET = """
define ptr @memset(ptr %start, i32 %value, i64 %length) {
  %byte = trunc i32 %value to i8
  %end = getelementptr i8, ptr %start, i64 %length
  %is_empty = icmp eq i64 %length, 0
  br i1 %is_empty, label %done, label %loop
loop:
  %at = phi ptr [ %start, %0 ], [ %next, %loop ]
  store i8 %byte, ptr %at
  %next = getelementptr i8, ptr %at, i64 1
  %is_last = icmp eq ptr %next, %end
  br i1 %is_last, label %done, label %loop
done:
  ret ptr %start
}
"""
