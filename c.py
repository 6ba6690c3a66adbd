import numpy as np, timeit
a=np.zeros((1,22,2,8)); b=a.copy(); c=np.zeros((1,2)); d=c.copy(); e=np.zeros(1,np.int64); f=e.copy()
def t(s): print(s, min(timeit.repeat(s,globals=globals(),number=100000,repeat=7))/1e5*1e6)
t("np.copyto(b,a)"); t("a.copy()"); t("b[:]=a"); t("b[...]=a"); t("d[...]=c"); t("c.copy()"); t("f[...]=e")
t("c.tobytes()"); t("e.tobytes()"); t("a.tobytes()")
