filedesc://a.arc 0.0.0.0 19980506070809 text/plain 68
1 0 Archive
URL IP-address Archive-date Content-type Archive-length

http://herald.example/ 192.0.2.1 19980506070809 text/html 879
HTTP/1.1 200 OK
Content-Type: text/html

<!DOCTYPE html><html lang="en"><head><title>A page of the nineties - The Harbour Herald</title><meta property="og:title" content="A page of the nineties"><meta property="og:site_name" content="The Harbour Herald"><meta property="article:published_time" content="1998-05-06"><meta name="author" content="Nino Beridze"></head><body><nav><a href="/">Home</a> <a href="/port">Port</a></nav><article><h1>A page of the nineties</h1><p>The council bought a lamp for the harbour wall on Sunday, the largest that the town has ever had, said the port.</p><p>It will be lit every night from May on, and ships will see it from twenty miles away, the captain of the port said.</p><p>The old lamp goes to the museum, where visitors can see how it was wound by hand for a hundred years.</p></article><footer>All rights reserved</footer></body></html>
http://herald.example/i.gif 192.0.2.1 19980506070810 image/gif 50
HTTP/1.1 200 OK
Content-Type: image/gif

GIF89a
