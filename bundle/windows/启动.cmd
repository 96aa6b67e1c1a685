@echo off
chcp 65001 >nul
setlocal
set "HERE=%~dp0"
if not defined QISONG_DATA set "QISONG_DATA=%HERE%data"
if exist "%QISONG_DATA%\qisong.sqlite3" goto serve
set /p COUNTY=县级组织名称 / name of the county: 
set /p CODE=代码 / its code: 
set /p NAME=您的姓名 / your name: 
call "%HERE%qisong.cmd" init --county "%COUNTY%" --code "%CODE%" || goto end
call "%HERE%qisong.cmd" account --name "%NAME%" --role office --unit "%CODE%" || goto end
:serve
call "%HERE%qisong.cmd" serve
:end
pause
