"""Invented people, villages, bureaus and firms. Any likeness to somebody or somewhere is chance."""

from __future__ import annotations

from random import Random

COUNTY = "禾溪县委（演示）"
COUNTY_CODE = "HX"

# Everyday surnames, each followed by how often it turns up among a hundred.
COMMON = "李王张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
OTHERS = (
    "梁宋郑谢韩唐冯董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康邱秦江史顾"
    "侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢路岳齐梅莫庄辛管祝"
)
# Syllables chosen so that no pair makes a well-known name.
HIS = ("长永广兆传守会殿宪承绍念培耕敦崇沛砚谷", "山田海年生福仓丰川厚顺昌旺岩柏泉禾垣岭松")
HERS = ("秀兰凤彩素月翠莲菊雪雅晓静巧淑银香玉桂慧", "芝荷娥芹菊霞琴环芬香芳蓉梅苹荣叶禾蕙岚")

TOWNSHIPS = (
    *("青坪镇", "云溪镇", "鹿鸣镇", "苇塘镇", "岚桥镇", "松浦镇", "砚山乡", "沙棠镇"),
    *("桑坞乡", "枫坪乡", "梨洲乡", "鹭渚乡", "竹埠乡", "蓼湾乡", "槐荫乡", "雁滩乡"),
)
STREETS = {"临溪街道": ("芳草", "桐荫", "澄波", "锦书"), "望岳街道": ("雨荷", "晴川", "拾翠")}
VILLAGES = ("柳杏槐榆松桦石沙白青金银大小上下前后南北高长鹤雁芦荷菊梨桑竹", "河沟泉洼坡甸岗湾塘桥溪坪堡窑庄")

OFFICES = (
    *("县委办公室", "县政府办公室", "组织部", "宣传部", "统战部", "政法委", "巡察办", "编办", "人大机关", "政协机关"),
    *("纪检机关", "总工会", "团县委", "妇联", "工商联", "科协", "残联", "文联", "红十字会", "档案馆", "县委党校"),
    *("史志研究室", "图书馆", "文化馆", "博物馆"),
)
BUREAUS = (
    *("发展改革局", "教育局", "科技局", "工业信息化局", "民政局", "司法局", "财政局", "人力资源社会保障局"),
    *("自然资源局", "生态环境局", "商务局", "文化旅游局", "退役军人事务局", "应急管理局", "审计局", "市场监管局"),
    *("统计局", "医疗保障局", "城市管理局", "政务服务局", "信访局", "机关事务中心", "融媒体中心", "招商局", "税务局"),
    *("气象局", "邮政管理局", "烟草专卖局", "人民法院", "人民检察院"),
)
HEALTH = ("内科", "外科", "门诊", "护理", "医技", "药剂", "行政后勤", "社区医疗", "康复")
SERVICE = ("机关", "执法大队", "事务中心", "基层站所", "技术推广站", "监察大队", "规划设计所", "质量监督站", "服务中心")
WORKS = ("机关", "生产一部", "生产二部", "营销部", "仓储部", "运输队", "检修队", "财务部", "后勤部")
CLASSROOMS = ("行政", "语文组", "数学组", "外语组", "理化组", "文综组", "艺体组", "后勤", "实训中心")
# Committees of larger bodies: name, what their branches are like, and what these are called.
BODIES = (
    ("县人民医院", "health", HEALTH),
    ("县中医院", "health", HEALTH),
    ("公安局", "service", SERVICE),
    ("交通运输局", "service", SERVICE),
    ("住房城乡建设局", "service", SERVICE),
    ("农业农村局", "service", SERVICE),
    ("水务局", "service", SERVICE),
    ("林业局", "service", SERVICE),
    ("禾丰粮油集团", "firm", WORKS),
    ("供销社", "firm", WORKS),
    ("供热公司", "firm", WORKS),
    ("自来水公司", "firm", WORKS),
    ("客运公司", "firm", WORKS),
    ("县第一中学", "school", CLASSROOMS),
    ("职教中心", "school", CLASSROOMS),
    ("鹿鸣农场", "firm", WORKS),
    ("沙棠农场", "firm", WORKS),
)
SCHOOLS = (
    *("第二中学", "第三中学", "第四中学", "第五中学", "特殊教育学校", "教师进修学校", "实验幼儿园", "机关幼儿园"),
    *("实验小学", "第二小学", "第三小学", "第四小学", "第五小学", "第六小学", "朝晖小学", "文澜小学", "启明小学"),
    *("育才小学", "书院小学", "望岳小学", "临溪小学", "芳草小学", "桐荫小学", "澄波小学", "锦书小学", "雨荷小学"),
    *("晴川小学", "拾翠小学", "青坪中学", "沙棠中学"),
)
BRANDS = ("禾岚澜栖砚棠苇鹭蓼桐", "润源晟和泰信诺维辰朗")
TRADES = ("米业", "食品", "建材", "物流", "服饰", "商贸", "农机", "果蔬", "木业", "电商")
SOCIETIES = ("律师事务所", "幼儿园", "养老服务中心", "行业协会", "志愿服务中心", "会计师事务所", "职业培训学校")


def person_name(stream: Random, sex: str) -> str:
    """A surname and two syllables."""
    surname = stream.choice(COMMON if stream.random() < 0.55 else OTHERS)
    first, last = HIS if sex == "male" else HERS
    given = stream.choice(last)
    return surname + stream.choice([one for one in first if one != given]) + given


def village_names(stream: Random, count: int) -> list[str]:
    first, last = VILLAGES
    return stream.sample([f"{a}{b}村" for a in first for b in last if a != b], count)


def brand_names(stream: Random, count: int) -> list[str]:
    first, last = BRANDS
    return stream.sample([a + b for a in first for b in last if a != b], count)
