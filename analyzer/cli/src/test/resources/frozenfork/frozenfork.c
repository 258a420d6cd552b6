/* Forks the calling JVM so that the child never runs Java or libc again: it blocks every signal,
   asks to be killed with its parent, and sleeps. What the parent then writes shows as frames that
   it no longer shares with the child. x86-64 and AArch64 Linux. */
#include <jni.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

JNIEXPORT jlong JNICALL Java_io_forkscope_cli_FrozenForkProgram_fork(JNIEnv *env, jclass type) {
  (void)env;
  (void)type;
#ifdef SYS_fork
  long pid = syscall(SYS_fork);
#else
  long pid = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
#endif
  if (pid == 0) {
    unsigned long all = ~0UL;
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, 0, sizeof all);
    syscall(SYS_prctl, PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    for (;;) {
      syscall(SYS_ppoll, 0, 0, 0, 0, 0);
    }
  }
  return pid;
}
