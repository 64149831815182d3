"""A function that tells what processor a library runs on, as LLVM assembly for x86-64.

It writes what the instruction CPUID says about basic features (leaf 1), extended features (leaf 7) and features of long
mode (leaf 0x80000001), and which registers the operating system saves (XGETBV), to four numbers.
"""

PROCESSOR_FEATURES = """
define void @processor_features(ptr %numbers) #0 {
  %basic = call i64 @cpuid(i32 1, i32 2)
  store i64 %basic, ptr %numbers
  %at_extended = getelementptr i64, ptr %numbers, i64 1
  %extended = call i64 @cpuid(i32 7, i32 1)
  store i64 %extended, ptr %at_extended
  %at_long_mode = getelementptr i64, ptr %numbers, i64 2
  %long_mode = call i64 @cpuid(i32 -2147483647, i32 2)
  store i64 %long_mode, ptr %at_long_mode
  %at_state = getelementptr i64, ptr %numbers, i64 3
  store i64 0, ptr %at_state
  %saves = and i64 %basic, 134217728
  %knows = icmp ne i64 %saves, 0
  br i1 %knows, label %ask, label %end
ask:
  %state = call { i32, i32 } asm sideeffect "xgetbv", "={ax},={dx},{cx}"(i32 0)
  %low = extractvalue { i32, i32 } %state, 0
  %wide = zext i32 %low to i64
  store i64 %wide, ptr %at_state
  br label %end
end:
  ret void
}

define internal i64 @cpuid(i32 %leaf, i32 %register) #0 {
  %found = call { i32, i32, i32, i32 } asm sideeffect "cpuid", "={ax},={bx},={cx},={dx},{ax},{cx}"(i32 %leaf, i32 0)
  %b = extractvalue { i32, i32, i32, i32 } %found, 1
  %c = extractvalue { i32, i32, i32, i32 } %found, 2
  %is_b = icmp eq i32 %register, 1
  %chosen = select i1 %is_b, i32 %b, i32 %c
  %wide = zext i32 %chosen to i64
  ret i64 %wide
}

attributes #0 = { "target-cpu"="x86-64" }
"""
