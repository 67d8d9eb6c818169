/* Lets a program run as on an older x86-64 processor, to see that it gives the same there.

     cc -O1 -shared -fPIC -o /tmp/older.so tools/older_processor.c
     OLDER=2 LD_PRELOAD=/tmp/older.so .venv/bin/python tools/reader_scores.py

   Linux on a processor that can make the instruction CPUID fault ("cpuid_fault" in
   /proc/cpuinfo). What a program asks CPUID for after the start is answered without
   OLDER=1: VNNI and AMX; 2: AVX-512 too; 3: AVX too. It handles SIGSEGV, so that pytest needs
   -p no:faulthandler. */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include <unistd.h>

#ifndef ARCH_SET_CPUID
#define ARCH_SET_CPUID 0x1012
#endif
#define BIT(n) (1u << (n))

static int older;
static struct sigaction before;

static void allow_cpuid(int on) { syscall(SYS_arch_prctl, ARCH_SET_CPUID, on); }

static void hide(unsigned leaf, unsigned sub, unsigned *a, unsigned *b, unsigned *c, unsigned *d) {
  if (leaf == 7 && sub == 0) {
    *c &= ~BIT(11);                               /* AVX512-VNNI */
    *d &= ~(BIT(22) | BIT(23) | BIT(24) | BIT(25)); /* AMX, AVX512-FP16 */
    if (older >= 2) {
      *b &= ~(BIT(16) | BIT(17) | BIT(21) | BIT(28) | BIT(30) | BIT(31)); /* AVX-512 F to VL */
      *c &= ~(BIT(1) | BIT(6) | BIT(12) | BIT(14));                       /* its later parts */
    }
    if (older >= 3) *b &= ~BIT(5); /* AVX2 */
  }
  if (leaf == 7 && sub == 1) {
    *a &= ~(BIT(4) | BIT(5) | BIT(21) | BIT(23)); /* AVX-VNNI, AVX512-BF16, AMX-FP16, AVX-IFMA */
    *d &= ~(BIT(4) | BIT(5) | BIT(10));           /* AVX-VNNI-INT8, -NE-CONVERT, -VNNI-INT16 */
  }
  if (leaf == 1 && older >= 3) *c &= ~(BIT(12) | BIT(28)); /* FMA, AVX */
}

static void answer(int signal, siginfo_t *info, void *context) {
  greg_t *at = ((ucontext_t *)context)->uc_mcontext.gregs;
  const unsigned char *code = (const unsigned char *)at[REG_RIP];
  if (info->si_code != SI_KERNEL || code[0] != 0x0f || code[1] != 0xa2) {
    sigaction(signal, &before, 0); /* a fault of the program's own, which now comes again */
    return;
  }
  unsigned leaf = at[REG_RAX], sub = at[REG_RCX], a, b, c, d;
  allow_cpuid(1);
  __asm__ volatile("cpuid" : "=a"(a), "=b"(b), "=c"(c), "=d"(d) : "a"(leaf), "c"(sub));
  allow_cpuid(0);
  hide(leaf, sub, &a, &b, &c, &d);
  at[REG_RAX] = a, at[REG_RBX] = b, at[REG_RCX] = c, at[REG_RDX] = d, at[REG_RIP] += 2;
}

__attribute__((constructor)) static void start(void) {
  const char *given = getenv("OLDER");
  struct sigaction action = {.sa_sigaction = answer, .sa_flags = SA_SIGINFO | SA_NODEFER};
  if (!given || (older = atoi(given)) < 1) return;
  sigaction(SIGSEGV, &action, &before);
  if (syscall(SYS_arch_prctl, ARCH_SET_CPUID, 0)) {
    perror("CPUID can't be made to fault here");
    _exit(2);
  }
}
