@echo off
rem Any command of Qisong, such as: qisong.cmd doctor
chcp 65001 >nul
setlocal
set "HERE=%~dp0"
if not defined QISONG_DATA set "QISONG_DATA=%HERE%data"
set "PYTHONPATH=%HERE%lib"
set "PYTHONUTF8=1"
if exist "%HERE%python\python.exe" goto embedded
py -3.12 -c "" 2>nul
if not errorlevel 1 goto installed
echo 没有找到 Python 3.12。请看 读我.txt 第 1 步。
echo Python 3.12 was not found. See step 1 in 读我.txt.
exit /b 1

:embedded
rem The embeddable Python looks only where its own list says.
findstr /c:"..\lib" "%HERE%python\python312._pth" >nul 2>nul
if errorlevel 1 (
  echo ..\lib>>"%HERE%python\python312._pth"
)
"%HERE%python\python.exe" -c "from qisong.config.command import main; main()" %*
exit /b %errorlevel%

:installed
py -3.12 -c "from qisong.config.command import main; main()" %*
exit /b %errorlevel%
