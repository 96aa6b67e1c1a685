@echo off
chcp 65001 >nul
setlocal
set "QISONG_DATA=%~dp0demo-data"
call "%~dp0qisong.cmd" demo
pause
