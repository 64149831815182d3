"""The functions of the C library that kernels call, as LLVM assembly, for Windows, where not every process has them.

LLVM fills and copies memory with loops of vector instructions here: in a function of such a name it does
not call the function.
"""

MEMORY_FUNCTIONS = {
    "memset": """
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
""",
    "memcpy": """
define ptr @memcpy(ptr %target, ptr %source, i64 %length) {
  %is_empty = icmp eq i64 %length, 0
  br i1 %is_empty, label %done, label %loop
loop:
  %k = phi i64 [ 0, %0 ], [ %next, %loop ]
  %from = getelementptr i8, ptr %source, i64 %k
  %to = getelementptr i8, ptr %target, i64 %k
  %byte = load i8, ptr %from
  store i8 %byte, ptr %to
  %next = add i64 %k, 1
  %is_last = icmp eq i64 %next, %length
  br i1 %is_last, label %done, label %loop
done:
  ret ptr %target
}
""",
}
