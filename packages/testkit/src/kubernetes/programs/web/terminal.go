package main

import (
	"os"
	"syscall"
	"unsafe"
)

type size struct{ rows, columns, width, height uint16 }

func terminalSize(file *os.File) (size, error) {
	var found size
	_, _, code := syscall.Syscall(syscall.SYS_IOCTL, file.Fd(), syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&found)))
	if code != 0 {
		return found, code
	}
	return found, nil
}
